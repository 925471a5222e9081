using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>A dataset; its shards lie in <c>datasets/{Id}</c>.</summary>
public sealed class DatasetRow
{
    public required string Id { get; init; }
    public required string Name { get; set; }
    public ResourceState State { get; set; }
    public required DatasetSource Source { get; init; }

    /// <summary>For an upload, the file in <c>staging</c> that is still to be imported.</summary>
    public string? StagedFile { get; set; }

    public int StorageSize { get; init; }
    public int ImageCount { get; set; }
    public int Skipped { get; set; }
    public IReadOnlyList<string> Classes { get; set; } = [];
    public IReadOnlyDictionary<string, int> Splits { get; set; } = new Dictionary<string, int>();
    public long Bytes { get; set; }
    public string? Error { get; set; }
    public string? JobId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A training run; its checkpoints lie in <c>runs/{Id}/checkpoints</c>.</summary>
public sealed class RunRow
{
    public required string Id { get; init; }
    public required string Name { get; set; }
    public JobState State { get; set; }
    public required string DatasetId { get; init; }
    public DatasetRow? Dataset { get; init; }
    public required string RecipeName { get; init; }

    /// <summary>The recipe with its overrides, every field, as JSON.</summary>
    public required string RecipeJson { get; init; }

    /// <summary>What the caller overrode, as JSON: for clones.</summary>
    public required string OverridesJson { get; init; }

    public long Seed { get; init; }
    public IReadOnlyList<string> Tags { get; set; } = [];
    public string? Note { get; set; }
    public string? Device { get; set; }
    public IReadOnlyDictionary<string, string> Versions { get; set; } = new Dictionary<string, string>();

    /// <summary>Grows by one with each metric point.</summary>
    public long LastSeq { get; set; }
    public IReadOnlyDictionary<string, double> LastMetrics { get; set; } = new Dictionary<string, double>();
    public string? BestName { get; set; }
    public double? BestValue { get; set; }
    public long? BestStep { get; set; }

    /// <summary>What it took so far, of all sittings; null where no account is kept.</summary>
    public long? PatchesProcessed { get; set; }
    public double? SecondsWorked { get; set; }
    public long? PeakMemoryBytes { get; set; }
    public string? DevicesUsed { get; set; }

    public string? Error { get; set; }
    public required string JobId { get; set; }

    /// <summary>Grows with each edit by a person; the ETag.</summary>
    public int Edition { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>A measured value. A (run, name, step) exists once, however often the step was computed.</summary>
public sealed class MetricRow
{
    public required string RunId { get; init; }
    public long Seq { get; init; }
    public long Step { get; init; }
    public required string Name { get; init; }

    /// <summary>Null stands for NaN, which SQLite cannot hold.</summary>
    public double? Stored { get; init; }
    public double Value => Stored ?? double.NaN;
    public DateTimeOffset Time { get; init; }
}

/// <summary>A spectrum of a run's vectors at a step. A long run keeps a few, evenly spread.</summary>
public sealed class SpectrumRow
{
    public required string RunId { get; init; }
    public VectorKind Vectors { get; init; }
    public long Step { get; init; }
    public int Dimensions { get; init; }
    public int Samples { get; init; }
    public double RankMe { get; init; }
    public required IReadOnlyList<int> Ranks { get; init; }
    public required IReadOnlyList<double> Eigenvalues { get; init; }
    public DateTimeOffset Time { get; init; }
}

/// <summary>A line of a job's log, under the resource that the job makes.</summary>
public sealed class LogRow
{
    public required string ResourceId { get; init; }
    public long Seq { get; init; }
    public DateTimeOffset Time { get; init; }
    public required string Level { get; init; }
    public required string Text { get; init; }
}

/// <summary>A model that can embed, with a durable file. Both kinds share a table, so that indexes and evaluations can refer to either.</summary>
public abstract class ModelRow
{
    public required string Id { get; init; }

    /// <summary>Of the file, lower-case hex.</summary>
    public required string Sha256 { get; set; }
    public long Bytes { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A durable checkpoint of a run, which is a model as well: both under this id.</summary>
public sealed class CheckpointRow : ModelRow
{
    public required string RunId { get; init; }
    public RunRow? Run { get; init; }
    public long Step { get; init; }
    public required string FileName { get; init; }
}

/// <summary>An encoder trained elsewhere; its file is <c>models/{Id}.safetensors</c>.</summary>
public sealed class ImportedModelRow : ModelRow
{
    public required string Name { get; set; }
}

/// <summary>A patch index; its file is <c>indexes/{Id}.index</c>.</summary>
public sealed class IndexRow : IModelResource
{
    public required string Id { get; init; }
    public required string DatasetId { get; init; }
    public DatasetRow? Dataset { get; init; }
    public required string ModelId { get; init; }
    public ModelRow? Model { get; init; }
    public VectorKind Vectors { get; init; }
    public required string Patches { get; init; }
    public VectorStorage Storage { get; init; }

    /// <summary>Of the model's run before its first step.</summary>
    public bool Untrained { get; init; }
    public ResourceState State { get; set; }
    public long PatchCount { get; set; }
    public int Dim { get; set; }
    public long Bytes { get; set; }
    public double? RecallAt10 { get; set; }
    public double? AverageCosine { get; set; }
    public string? Error { get; set; }
    public string? JobId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An evaluation of a model on a dataset.</summary>
public sealed class EvaluationRow : IModelResource
{
    public required string Id { get; init; }
    public EvaluationKind Kind { get; init; }
    public required string ModelId { get; init; }
    public ModelRow? Model { get; init; }
    public required string DatasetId { get; init; }
    public DatasetRow? Dataset { get; init; }

    /// <summary>Of a sweep, the headline's.</summary>
    public VectorKind Vectors { get; init; }

    /// <inheritdoc cref="Vectors"/>
    public required string Patches { get; init; }
    public PatchProtocol PatchProtocol { get; init; }

    /// <summary>Of a sweep: every space and number of patches, defaults filled in.</summary>
    public EvaluationSweep? Sweep { get; init; }
    public IReadOnlyList<KnnSetting>? Neighbours { get; init; }
    public EvaluationSplit? Split { get; init; }
    public bool WithBaselines { get; init; } = true;
    public long Seed { get; init; }
    public ResourceState State { get; set; }
    public double? Accuracy { get; set; }
    public string Protocol { get; set; } = "";
    public IReadOnlyList<EvaluationScore> Scores { get; set; } = [];
    public IReadOnlyList<EvaluationBaseline> Baselines { get; set; } = [];
    public IReadOnlyList<BagAgreement> Agreement { get; set; } = [];

    /// <summary>Null until ready, and of rows that an earlier version made.</summary>
    public EvaluationReading? Reading { get; set; }
    public TrainingCost? Cost { get; set; }
    public int TrainImages { get; set; }
    public int TestImages { get; set; }
    public string? ModelSha256 { get; set; }
    public string? Error { get; set; }
    public string? JobId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}
