using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>Jobs as the API shows them.</summary>
public static class JobContracts
{
    public static Job ToContract(this JobRow job) => new(
        job.Id, job.Kind, job.ResourceId, job.State, job.ToProgress(), job.Error, job.CreatedAt, job.StartedAt, job.FinishedAt);

    /// <summary>How far it is; null before it started.</summary>
    public static Progress? ToProgress(this JobRow? job) => job is null or { Unit: "" }
        ? null
        : new Progress(job.Done, job.Total, job.Unit, job.State == JobState.Running ? job.Rate : null, job.State == JobState.Running ? job.EtaSeconds : null);

    /// <summary>True once nothing more will happen by itself.</summary>
    public static bool Ended(this JobState state) =>
        state is JobState.Completed or JobState.Stopped or JobState.Failed or JobState.Interrupted;
}
