using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>Tells whoever listens that a job has changed, after the change is committed.</summary>
public sealed class JobChanges
{
    /// <summary>Kind of the job, and the resource it makes. Handlers return at once.</summary>
    public event Action<JobKind, string>? Changed;

    public void Tell(JobRow job) => Changed?.Invoke(job.Kind, job.ResourceId);
}
