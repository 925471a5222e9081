using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
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
        var row = await db.Evaluations.Include(e => ((CheckpointRow)e.Model!).Run).FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        return new Asked.EvaluationSpec(
            data.Dataset(row.DatasetId), data.Present(row.Model!), row.Kind.ToCore(),
            [.. (row.Sweep?.Vectors ?? [row.Vectors]).Select(v => v.ToCore())], [.. (row.Sweep?.Patches ?? [row.Patches]).Select(Patches)],
            row.PatchProtocol.ToCore(), row.Neighbours.ToCore(), row.Split.ToCore(), row.Seed, row.WithBaselines,
            TrainedOn(row));
    }

    /// <summary>What tells which images of the dataset the model's run was trained on; null where it was another dataset, or no run of this server.</summary>
    private static Asked.TrainedOn? TrainedOn(EvaluationRow row)
    {
        if ((row.Model as CheckpointRow)?.Run is not { } run || run.DatasetId != row.DatasetId) return null;
        return new(run.Seed, JsonSerializer.Deserialize<Core.Recipes.Recipe>(run.RecipeJson, WorkerEvent.Json)!.BatchImages);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        var made = result.Deserialize<Asked.EvaluationResult>(WorkerEvent.Json)!;
        row.Scores =
        [
            .. made.Scores.Where(s => s.Of == Model).Select(s => new EvaluationScore(
                s.Classifier, s.Vectors?.ToContract(), s.Patches, s.Accuracy, s.Deviation, s.K, s.Temperature, s.LearningRate)),
        ];
        row.Baselines =
        [
            .. made.Scores.Where(s => s.Of != Model).Select(s => new EvaluationBaseline(
                s.Of, s.Classifier, s.Vectors?.ToContract(), s.Patches, s.Accuracy, s.Deviation, s.K, s.Temperature, s.LearningRate)),
        ];
        row.Agreement = [.. made.Agreement.Select(a => new BagAgreement(a.Vectors.ToContract(), a.Patches, a.MeanCosine, a.Deviation))];
        row.Cost = made.Cost is { } cost ? new TrainingCost(cost.Patches, cost.Seconds, cost.PeakMemoryBytes, cost.Device) : null;
        row.Reading = made.Reading.ToContract(made.Scores);
        row.Accuracy = Headlines.Score(row.Kind, row.Vectors, row.Patches, row.Scores)?.Accuracy;
        (row.TrainImages, row.TestImages, row.Protocol, row.ModelSha256) = (made.TrainImages, made.TestImages, made.Protocol, made.CheckpointSha256);
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }

    private static PatchGrid Patches(string text) =>
        PatchChoice.TryParse(text, out var choice) ? choice.ToGrid() : throw new JobFailedException($"'{text}' names no patches.");
}
