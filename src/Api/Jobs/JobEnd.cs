using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>How a job's row records that nothing works on it any more.</summary>
public static class JobEnd
{
    /// <summary>Error of a job that the server's own end interrupted.</summary>
    public const string ServerStopped = "The server was stopped; it goes on when the server is back.";

    private const int MostCrashes = 3;

    public static bool Close(JobRow job, JobState state, string? error, TimeProvider time)
    {
        (job.State, job.Error, job.FinishedAt) = (state, error, time.GetUtcNow());
        (job.WorkerPid, job.WorkerStartedAt) = (null, null);
        return true;
    }

    /// <summary>A death nobody asked for. Work that can go on may be resumed, unless it only ever dies.</summary>
    public static bool Died(JobRow job, bool resumable, string error, TimeProvider time)
    {
        job.Crashes++;
        if (job.Crashes >= MostCrashes) return Close(job, JobState.Failed, $"Crash loop: it died {job.Crashes} times without progress. {error}", time);
        return Close(job, resumable ? JobState.Interrupted : JobState.Failed, error, time);
    }
}
