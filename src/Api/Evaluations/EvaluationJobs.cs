using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Indexes;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Jobs;
using EvaluationKind = PatchSsl.Client.Contracts.EvaluationKind;
using EvaluationScore = PatchSsl.Client.Contracts.EvaluationScore;
using PatchProtocol = PatchSsl.Client.Contracts.PatchProtocol;

namespace PatchSsl.Api.Evaluations;

/// <summary>What evaluating means for an evaluation's row.</summary>
public sealed class EvaluationJobs(DataDirectory data) : IJobHandler
{
    public JobKind Kind => JobKind.Evaluate;

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.Include(e => e.Model).FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        if (row.Kind != EvaluationKind.Knn || row.PatchProtocol != PatchProtocol.Grid || row.Split is not null || row.Neighbours is not null)
            throw new JobFailedException($"This worker cannot evaluate by {row.Kind} with these options.");
        return new KnnSpec(
            data.Dataset(row.DatasetId), ModelInputs.Path(data, row.Model!), ModelInputs.Space(row.Vectors), ModelInputs.Grid(row.Patches), row.Seed);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        var made = result.Deserialize<KnnResult>(WorkerEvent.Json)!;
        row.Scores = [.. made.Scores.Select(s => new EvaluationScore("knn", row.Vectors, row.Patches, s.Accuracy, K: s.K, Temperature: s.Temperature))];
        row.Baselines =
        [
            .. made.Baselines.Select(b => new EvaluationBaseline(
                b.Name, "knn", b.Name == "raw pixels" ? null : row.Vectors, row.Patches, b.Accuracy, K: b.K, Temperature: b.Temperature)),
        ];
        row.Accuracy = Headlines.Accuracy(row.Kind, row.Vectors, row.Patches, row.Scores);
        (row.TrainImages, row.TestImages, row.Protocol, row.ModelSha256) = (made.TrainImages, made.TestImages, made.Protocol, made.CheckpointSha256);
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Evaluations.FirstAsync(e => e.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }
}
