using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Demo;

/// <summary>
/// Leads the demo from one job to the next. All it knows is in its row, and each turn decides from the rows alone: a restart of the server
/// goes on where it was.
/// </summary>
public sealed class DemoLead(
    IDbContextFactory<PatchSslContext> databases, DemoSteps steps, DemoMeasure measure, JobService jobs, JobChanges changes, TimeProvider time, ILogger<DemoLead> logger)
    : JobFollower(changes, time, logger)
{
    private readonly TimeProvider _time = time;

    /// <summary>Starts the demo; while it runs, nothing changes.</summary>
    /// <param name="again">Whether a completed demo is run anew, on images of its own; a failed one always is, on the images it made.</param>
    public async Task BeginAsync(bool again, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        // A look without the write lock first: a demo that goes on by itself needs nothing.
        if (await db.Demos.AnyAsync(d => d.State == JobState.Running, cancellationToken)) return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.Demos.FirstOrDefaultAsync(d => d.Id == DemoRow.Only, cancellationToken);
        if (row is { State: JobState.Queued or JobState.Running }) return;
        if (row is { State: JobState.Completed } && !again && await DemoContracts.IsWholeAsync(db, row, cancellationToken)) return;
        if (row is null) db.Demos.Add(row = new DemoRow { Id = DemoRow.Only });
        if (row.State == JobState.Completed || !await db.Datasets.AnyAsync(d => d.Id == row.DatasetId && d.State == ResourceState.Ready, cancellationToken))
            row.DatasetId = null;
        (row.State, row.Error, row.CreatedAt) = (JobState.Running, null, _time.GetUtcNow());
        (row.RunId, row.EmbeddingIndexId, row.ProjectionIndexId, row.EvaluationId, row.Findings) = (null, null, null, null, null);
        await steps.AdvanceAsync(db, row, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        jobs.Wake();
    }

    protected override async Task TurnAsync(CancellationToken stoppingToken)
    {
        await using var db = await databases.CreateDbContextAsync(stoppingToken);
        // A look without the write lock first: progress comes often, a step ends seldom.
        if (await db.Demos.AsNoTracking().FirstOrDefaultAsync(d => d.State == JobState.Running, stoppingToken) is not { } now) return;
        var findings = now.Findings ?? await measure.MeasureAsync(db, now, stoppingToken);
        await using var transaction = await db.Database.BeginTransactionAsync(stoppingToken);
        var row = await db.Demos.FirstAsync(d => d.Id == DemoRow.Only, stoppingToken);
        if (row.State != JobState.Running) return;
        if (row.EvaluationId == now.EvaluationId) row.Findings = findings; // else it was begun anew meanwhile
        await steps.AdvanceAsync(db, row, stoppingToken);
        await db.SaveChangesAsync(stoppingToken); // a step may have saved what it queued already, so there is always something to commit
        await transaction.CommitAsync(stoppingToken);
        jobs.Wake();
    }
}
