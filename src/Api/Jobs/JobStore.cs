using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>Changes a job and its resource together: one write transaction, then one notice.</summary>
public sealed class JobStore(IDbContextFactory<PatchSslContext> databases, IEnumerable<IJobHandler> handlers, JobChanges changes)
{
    private readonly Dictionary<JobKind, IJobHandler> _handlers = handlers.ToDictionary(h => h.Kind);

    public IJobHandler Handler(JobKind kind) => _handlers[kind];

    public Task<PatchSslContext> OpenAsync(CancellationToken cancellationToken) => databases.CreateDbContextAsync(cancellationToken);

    /// <summary>
    /// Loads the job inside a write transaction, so that what <paramref name="change"/> sees is what it replaces. False from it leaves
    /// everything as it was.
    /// </summary>
    public async Task<JobRow?> ChangeAsync(string jobId, Func<PatchSslContext, JobRow, Task<bool>> change, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Jobs.FirstOrDefaultAsync(j => j.Id == jobId, cancellationToken) is not { } job) return null;
        if (!await change(db, job)) return job;
        await _handlers[job.Kind].ChangedAsync(db, job, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Tell(job);
        return job;
    }

    public Task<JobRow?> ChangeAsync(string jobId, Func<JobRow, bool> change, CancellationToken cancellationToken) =>
        ChangeAsync(jobId, (_, job) => Task.FromResult(change(job)), cancellationToken);
}
