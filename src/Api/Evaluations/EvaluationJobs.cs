using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Indexes;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using Asked = PatchSsl.Core.Evaluation;

namespace PatchSsl.Api.Evaluations;

/// <summary>What evaluating means for an evaluation's row.</summary>
public sealed class EvaluationJobs(DataDirectory data) : IJobHandler
{
    private const string Model = "model";

    public JobKind Kind => JobKind.Evaluate;

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.Include(e => e.Model).FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        var split = row.Split ?? new EvaluationSplit();
        return new Asked.EvaluationSpec(
            data.Dataset(row.DatasetId), ModelInputs.Path(data, row.Model!), Kinds(row.Kind),
            [.. (row.Sweep?.Vectors ?? [row.Vectors]).Select(ModelInputs.Space)], [.. (row.Sweep?.Patches ?? [row.Patches]).Select(Patches)],
            row.PatchProtocol == PatchProtocol.RandomAugmented ? Asked.PatchProtocol.RandomAugmented : Asked.PatchProtocol.Grid,
            row.Neighbours?.Select(n => new Asked.KnnSetting(n.K, n.Temperature)).ToList(),
            new Asked.SplitChoice(split.Train, split.Test, split.Classes, split.MaxTrainImages, split.MaxTestImages), row.Seed, row.WithBaselines);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        var made = result.Deserialize<Asked.EvaluationResult>(WorkerEvent.Json)!;
        row.Scores =
        [
            .. made.Scores.Where(s => s.Of == Model).Select(s => new EvaluationScore(
                s.Classifier, Shown(s.Vectors), s.Patches, s.Accuracy, s.Deviation, s.K, s.Temperature, s.LearningRate)),
        ];
        row.Baselines =
        [
            .. made.Scores.Where(s => s.Of != Model).Select(s => new EvaluationBaseline(
                s.Of, s.Classifier, Shown(s.Vectors), s.Patches, s.Accuracy, s.Deviation, s.K, s.Temperature, s.LearningRate)),
        ];
        row.Agreement = [.. made.Agreement.Select(a => new BagAgreement(Shown(a.Vectors)!.Value, a.Patches, a.MeanCosine, a.Deviation))];
        row.Cost = made.Cost is { } cost ? new TrainingCost(cost.Patches, cost.Seconds, cost.PeakMemoryBytes, cost.Device) : null;
        row.Accuracy = Headlines.Accuracy(row.Kind, row.Vectors, row.Patches, row.Scores);
        (row.TrainImages, row.TestImages, row.Protocol, row.ModelSha256) = (made.TrainImages, made.TestImages, made.Protocol, made.CheckpointSha256);
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }

    private static PatchGrid Patches(string text) =>
        PatchChoice.TryParse(text, out var choice) ? choice.ToGrid() : throw new JobFailedException($"'{text}' names no patches.");

    private static Asked.EvaluationKind Kinds(EvaluationKind kind) => kind switch
    {
        EvaluationKind.Linear => Asked.EvaluationKind.Linear,
        EvaluationKind.Sweep => Asked.EvaluationKind.Sweep,
        _ => Asked.EvaluationKind.Knn,
    };

    private static VectorKind? Shown(VectorSpace? space) => space switch
    {
        null => null,
        VectorSpace.Hidden => VectorKind.Hidden,
        VectorSpace.Projection => VectorKind.Projection,
        _ => VectorKind.Embedding,
    };
}
