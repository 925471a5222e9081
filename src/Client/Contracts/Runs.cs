using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>One field of a recipe.</summary>
/// <param name="Name">Its name in <c>overrides</c>.</param>
/// <param name="Type">integer, number, boolean or choice.</param>
/// <param name="Value">The value in this recipe or run.</param>
/// <param name="Default">The recipe's own value; differs from <paramref name="Value"/> where the run overrides it.</param>
/// <param name="Min">Smallest allowed value, of a number.</param>
/// <param name="Max">Largest allowed value, of a number.</param>
/// <param name="Choices">Allowed values, of a choice.</param>
/// <param name="Source">Paper or code the default is taken from.</param>
public sealed record RecipeField(
    string Name, string Group, string Type, JsonElement Value, JsonElement Default, double? Min, double? Max,
    IReadOnlyList<string>? Choices, string Description, string? Source);

/// <summary>A named set of training settings.</summary>
public sealed record Recipe(string Name, string Summary, IReadOnlyList<RecipeField> Fields);

/// <summary>A training run, as a row of the list.</summary>
/// <param name="LastMetrics">Metric name → its newest value.</param>
/// <param name="BestMetric">Best online kNN accuracy so far where it is of 50 images or more, otherwise the lowest loss.</param>
/// <param name="Cost">What it took so far; null until the first figures arrive.</param>
/// <param name="BestNote">Why no accuracy is called best although there are labels: too few labelled images to measure, and how many. Otherwise null.</param>
public record RunSummary(
    string Id, string Name, JobState State, string DatasetId, string DatasetName, string Recipe, IReadOnlyList<string> Tags, string? Note,
    Progress? Progress, IReadOnlyDictionary<string, double> LastMetrics, BestMetric? BestMetric, string? Error, string JobId,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, TrainingCost? Cost = null, string? BestNote = null);

/// <summary>A training run in full.</summary>
/// <param name="Fields">The recipe as used, every field beside its default.</param>
/// <param name="Device">For example <c>cpu, libtorch 2.10.0, bf16</c>; null until it started.</param>
/// <param name="Versions">Component → version that trained it.</param>
/// <param name="ETag">Hand it back as <c>If-Match</c> with PATCH.</param>
public sealed record RunDetail(
    string Id, string Name, JobState State, string DatasetId, string DatasetName, string Recipe, IReadOnlyList<string> Tags, string? Note,
    Progress? Progress, IReadOnlyDictionary<string, double> LastMetrics, BestMetric? BestMetric, string? Error, string JobId,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    IReadOnlyList<RecipeField> Fields, long Seed, string? Device, IReadOnlyDictionary<string, string> Versions, string ETag,
    TrainingCost? Cost = null, string? BestNote = null)
    : RunSummary(Id, Name, State, DatasetId, DatasetName, Recipe, Tags, Note, Progress, LastMetrics, BestMetric, Error, JobId,
        CreatedAt, StartedAt, FinishedAt, Cost, BestNote);

/// <summary>What training took, all sittings of a run together: the figures to compare models by, since epochs and steps do not compare.</summary>
/// <param name="Patches">Patches that went forward and backward through the model.</param>
/// <param name="Seconds">Time at work by the clock; time the run stood still is left out, and so is work that a crash took back.</param>
/// <param name="PeakMemoryBytes">Most memory the training process held at once; on a GPU, the most that its memory grew by is added.</param>
/// <param name="Device">Device, library and precision, for example <c>cpu (2 threads), libtorch 2.10.0, bf16</c>.</param>
public sealed record TrainingCost(long Patches, double Seconds, long PeakMemoryBytes, string Device);

/// <summary>The best value a metric has reached in a run.</summary>
/// <param name="Images">Of an accuracy: images that it was counted in; null where a run of an earlier version does not say.</param>
public sealed record BestMetric(string Name, double Value, long Step, int? Images = null)
{
    /// <summary>No accuracy of fewer images is called best: the highest of several would be a maximum of noise.</summary>
    public const int FewestImages = 50;
}

/// <param name="Recipe">Name of a recipe of <c>/recipes</c>.</param>
/// <param name="Overrides">Field name → value, for the fields that differ from the recipe.</param>
/// <param name="Seed">Everything random derives from it; drawn by the server when absent.</param>
public sealed record CreateRun(
    string Name, string DatasetId, string Recipe, IReadOnlyDictionary<string, JsonElement>? Overrides = null, long? Seed = null,
    IReadOnlyList<string>? Tags = null, string? Note = null);

/// <summary>Changes to a run; an absent field stays as it is.</summary>
public sealed record UpdateRun(string? Name = null, string? Note = null, IReadOnlyList<string>? Tags = null);

/// <summary>A bucket of a metric's curve.</summary>
/// <param name="Step">Step of the bucket's last point.</param>
public sealed record MetricBucket(long Step, [property: JsonConverter(typeof(FloatConverter))] double Last,
    [property: JsonConverter(typeof(FloatConverter))] double Min, [property: JsonConverter(typeof(FloatConverter))] double Max,
    DateTimeOffset Time);

/// <summary>A metric's curve.</summary>
public sealed record MetricSeries(string Name, IReadOnlyList<MetricBucket> Points);

/// <summary>Curves of a run.</summary>
/// <param name="LastSeq">Newest sequence number contained; subscribe or ask again after it.</param>
public sealed record RunMetrics(IReadOnlyList<MetricSeries> Series, long LastSeq);

/// <summary>One measured value, as the hub sends it.</summary>
/// <param name="Seq">Grows by one with every point of a run; a gap means a point was missed.</param>
public sealed record MetricPoint(long Seq, long Step, string Name, [property: JsonConverter(typeof(FloatConverter))] double Value,
    DateTimeOffset Time);

/// <summary>Weights and optimiser state written at a step.</summary>
/// <param name="Id">Also the id of the model it contains.</param>
public sealed record Checkpoint(string Id, string RunId, long Step, long Bytes, string Sha256, DateTimeOffset CreatedAt);

/// <summary>A line of a run's log.</summary>
/// <param name="Level">information, warning or error.</param>
public sealed record LogLine(long Seq, DateTimeOffset Time, string Level, string Text);

/// <summary>NaN and infinities have no JSON number: they travel as the strings NaN, Infinity and -Infinity.</summary>
public sealed class FloatConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                var other => throw new JsonException($"'{other}' is not a number."),
            }
            : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else if (double.IsNaN(value)) writer.WriteStringValue("NaN");
        else writer.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
    }
}
