using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>What a kind of job means for the resource it makes. Each call runs inside the caller's transaction.</summary>
public interface IJobHandler
{
    JobKind Kind { get; }

    /// <summary>Builds what the worker is told, from the rows as they are now.</summary>
    /// <exception cref="Core.Jobs.JobFailedException">What it needs is gone.</exception>
    Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken);

    /// <summary>Brings the resource's state and error in line with the job's, which has just changed.</summary>
    Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken);

    /// <summary>Keeps a finished job's result, before <see cref="ChangedAsync"/>.</summary>
    Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken);

    /// <summary>Keeps what the worker reported since the last call; log lines and progress are kept already.</summary>
    Task ReportedAsync(PatchSslContext db, JobRow job, IReadOnlyList<WorkerEvent> events, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after what was reported is committed: the place to remove what it replaces.</summary>
    Task CommittedAsync(PatchSslContext db, JobRow job, IReadOnlyList<WorkerEvent> events, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after a job's end is committed, unless it goes back to the queue.</summary>
    Task EndedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called before the worker starts, outside a transaction: removes what a killed predecessor left half-written.</summary>
    Task PrepareAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True where an interrupted job goes on from what it saved; false where it starts over.</summary>
    bool Resumable => false;
}
