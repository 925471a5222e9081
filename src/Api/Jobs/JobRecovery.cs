using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>Makes the states honest at start: no job has a worker yet.</summary>
public static class JobRecovery
{
    /// <summary>Before the first request: what ran when the server went is queued again, unless it only ever dies.</summary>
    public static async Task RecoverJobsAsync(this IServiceProvider services)
    {
        var store = services.GetRequiredService<JobStore>();
        var time = services.GetRequiredService<TimeProvider>();
        List<string> ids;
        await using (var db = await store.OpenAsync(CancellationToken.None))
        {
            ids = await db.Jobs.Where(j => j.State == JobState.Running || j.State == JobState.Stopping || j.ResumeOnStart).Select(j => j.Id).ToListAsync();
        }
        foreach (var id in ids) await store.ChangeAsync(id, job => Recover(job, time), CancellationToken.None);
    }

    private static bool Recover(JobRow job, TimeProvider time)
    {
        var (pid, since) = (job.WorkerPid, job.WorkerStartedAt);
        if (job.State == JobState.Stopping)
        {
            (job.State, job.FinishedAt) = (JobState.Stopped, time.GetUtcNow());
            return true;
        }
        if (!job.ResumeOnStart)
        {
            // The server was killed, perhaps by this very job.
            JobEnd.Died(job, resumable: true, "The server ended while it ran.", time);
            if (job.State == JobState.Failed) return true;
        }
        (job.State, job.FinishedAt, job.Error, job.ResumeOnStart) = (JobState.Queued, null, null, false);
        (job.WorkerPid, job.WorkerStartedAt) = (pid, since); // it may still be saving: JobRun waits for it
        return true;
    }
}
