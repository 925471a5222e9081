using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>The queue, which is a table: a job is in it from the commit of its row on, and survives the server.</summary>
public sealed class JobService(JobsOptions options, DataDirectory data, TimeProvider time)
{
    private readonly SemaphoreSlim _work = new(0);

    /// <summary>Adds a job to <paramref name="db"/> beside the resource that it makes; <see cref="SaveAsync"/> commits both.</summary>
    /// <exception cref="ProblemException">503: the queue is full. 507: the disk is.</exception>
    public async Task<JobRow> EnqueueAsync(PatchSslContext db, JobKind kind, string resourceId, CancellationToken cancellationToken)
    {
        data.Demand();
        var waiting = await db.Jobs.CountAsync(j => j.State == JobState.Queued, cancellationToken);
        if (waiting >= options.QueueLimit)
            throw new ProblemException(Problems.Unavailable($"{waiting} jobs wait already; the limit is {options.QueueLimit}.", "queue_full", 30));
        var job = new JobRow { Id = Ids.Job(), Kind = kind, ResourceId = resourceId, State = JobState.Queued, CreatedAt = time.GetUtcNow() };
        db.Jobs.Add(job);
        return job;
    }

    /// <summary>Commits, and wakes the queue.</summary>
    public async Task SaveAsync(PatchSslContext db, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        Wake();
    }

    /// <summary>Says that a row of the queue may have changed.</summary>
    public void Wake() => _work.Release();

    /// <summary>Waits until somebody said so.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);
}
