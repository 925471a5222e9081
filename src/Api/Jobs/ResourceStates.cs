using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>The state of what a job makes, from the job's: a dataset, index or evaluation exists whole or failed.</summary>
public static class ResourceStates
{
    public static (ResourceState State, string? Error) Of(JobRow job) => job.State switch
    {
        JobState.Queued => (ResourceState.Queued, null),
        JobState.Running or JobState.Stopping => (ResourceState.Building, null),
        JobState.Completed => (ResourceState.Ready, null),
        // The server went in the middle: it starts over at the next start.
        JobState.Interrupted when job.ResumeOnStart => (ResourceState.Queued, null),
        JobState.Stopped => (ResourceState.Failed, job.Error ?? "It was cancelled."),
        _ => (ResourceState.Failed, job.Error),
    };
}
