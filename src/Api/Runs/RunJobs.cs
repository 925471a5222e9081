using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Training;

namespace PatchSsl.Api.Runs;

/// <summary>What training means for a run's row, metrics and checkpoints.</summary>
public sealed class RunJobs(DataDirectory data, RunMetricStore metrics, CheckpointFiles checkpoints, TimeProvider time) : IJobHandler
{
    public JobKind Kind => JobKind.Train;

    public bool Resumable => true;

    public Task PrepareAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken) =>
        checkpoints.ReconcileAsync(db, job.ResourceId, cancellationToken);

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var run = await db.Runs.Include(r => r.Dataset).FirstAsync(r => r.Id == job.ResourceId, cancellationToken);
        if (run.Dataset!.State != ResourceState.Ready) throw new JobFailedException($"Dataset '{run.Dataset.Name}' is not ready.");
        var newest = await db.Checkpoints.Where(c => c.RunId == run.Id).OrderByDescending(c => c.Step).FirstOrDefaultAsync(cancellationToken);
        var recipe = JsonSerializer.Deserialize<Core.Recipes.Recipe>(run.RecipeJson, WorkerEvent.Json)!;
        return new TrainingSpec(data.Run(run.Id), data.Dataset(run.DatasetId), recipe, run.Seed, newest?.FileName);
    }

    public async Task ReportedAsync(PatchSslContext db, JobRow job, IReadOnlyList<WorkerEvent> events, CancellationToken cancellationToken)
    {
        var run = await db.Runs.FirstAsync(r => r.Id == job.ResourceId, cancellationToken);
        if (events.OfType<WorkerEvent.Started>().LastOrDefault() is { } started) (run.Device, run.Versions) = (started.Device, started.Versions);
        if (events.OfType<WorkerEvent.Cost>().LastOrDefault() is { SoFar: var cost })
            (run.PatchesProcessed, run.SecondsWorked, run.PeakMemoryBytes, run.DevicesUsed) = (cost.Patches, cost.Seconds, cost.PeakMemoryBytes, cost.Device);
        await SpectrumStore.AppendAsync(db, run.Id, events.OfType<WorkerEvent.Spectrum>(), cancellationToken);
        await metrics.AppendAsync(db, run, [.. events.OfType<WorkerEvent.Metrics>()], cancellationToken);
        foreach (var saved in events.OfType<WorkerEvent.Checkpoint>())
        {
            var same = await db.Checkpoints.FirstOrDefaultAsync(c => c.RunId == run.Id && c.Step == saved.Step, cancellationToken);
            if (same is not null)
            {
                // The step was written again after a resume: the row follows its file, under the id that others know.
                (same.Sha256, same.Bytes) = (saved.Sha256, saved.Bytes);
                continue;
            }
            db.Checkpoints.Add(new CheckpointRow
            {
                Id = Ids.Checkpoint(),
                RunId = run.Id,
                Step = saved.Step,
                FileName = saved.File,
                Sha256 = saved.Sha256,
                Bytes = saved.Bytes,
                CreatedAt = time.GetUtcNow(),
            });
        }
    }

    public Task CommittedAsync(PatchSslContext db, JobRow job, IReadOnlyList<WorkerEvent> events, CancellationToken cancellationToken) =>
        events.Any(e => e is WorkerEvent.Checkpoint) ? checkpoints.PruneAsync(db, job.ResourceId, cancellationToken) : Task.CompletedTask;

    public Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var run = await db.Runs.FirstAsync(r => r.Id == job.ResourceId, cancellationToken);
        (run.State, run.Error, run.FinishedAt) = (job.State, job.Error, job.FinishedAt);
        run.StartedAt ??= job.StartedAt;
    }

    public Task EndedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        metrics.Forget(job.ResourceId);
        return Task.CompletedTask;
    }
}
