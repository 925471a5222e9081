using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>Leads every comparison under way from one job to the next, and stops the jobs of those that are cancelled.</summary>
public sealed class ComparisonLead(
    IDbContextFactory<PatchSslContext> databases, ComparisonSteps steps, JobService jobs, JobQueue queue, JobChanges changes, TimeProvider time,
    ILogger<ComparisonLead> logger) : JobFollower(changes, time, logger)
{
    protected override async Task TurnAsync(CancellationToken stoppingToken)
    {
        await using var db = await databases.CreateDbContextAsync(stoppingToken);
        // A look without the write lock first: progress comes often, a step ends seldom.
        var open = await db.Comparisons.Where(c => c.State == JobState.Running || c.State == JobState.Stopping)
            .OrderBy(c => c.CreatedAt).Select(c => new { c.Id, c.State }).ToListAsync(stoppingToken);
        foreach (var comparison in open)
        {
            if (comparison.State == JobState.Stopping) await StopAsync(db, comparison.Id, stoppingToken);
            await AdvanceAsync(db, comparison.Id, stoppingToken);
            db.ChangeTracker.Clear();
        }
    }

    private async Task AdvanceAsync(PatchSslContext db, string id, CancellationToken stoppingToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stoppingToken);
        var row = await db.Comparisons.Include(c => c.Parts).FirstOrDefaultAsync(c => c.Id == id, stoppingToken);
        if (row is not { State: JobState.Running or JobState.Stopping }) return;
        await steps.AdvanceAsync(db, row, stoppingToken);
        await db.SaveChangesAsync(stoppingToken);
        await transaction.CommitAsync(stoppingToken);
        jobs.Wake();
    }

    /// <summary>Stops what works for it; what has ended stays as it is.</summary>
    private async Task StopAsync(PatchSslContext db, string id, CancellationToken stoppingToken)
    {
        var parts = await db.ComparisonParts.AsNoTracking()
            .Where(p => p.ComparisonId == id && (p.State == ComparedState.Measuring || p.State == ComparedState.Training || p.State == ComparedState.Evaluating))
            .ToListAsync(stoppingToken);
        var resources = parts.SelectMany(p => new[] { p.Id, p.RunId, p.EvaluationId }).OfType<string>().ToList();
        var working = await db.Jobs.Where(j => resources.Contains(j.ResourceId) && (j.State == JobState.Queued || j.State == JobState.Running))
            .Select(j => j.Id).ToListAsync(stoppingToken);
        foreach (var job in working) await queue.StopAsync(job, stoppingToken);
    }
}
