using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Training;

namespace PatchSsl.Api.Comparisons;

/// <summary>What a measured pace means for a part of a comparison.</summary>
public sealed class PaceJobs(DataDirectory data) : IJobHandler
{
    public JobKind Kind => JobKind.Pace;

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var part = await db.ComparisonParts.FirstAsync(p => p.Id == job.ResourceId, cancellationToken);
        var comparison = await db.Comparisons.Include(c => c.Dataset).FirstAsync(c => c.Id == part.ComparisonId, cancellationToken);
        if (comparison.Dataset!.State != ResourceState.Ready) throw new JobFailedException($"Dataset '{comparison.Dataset.Name}' is not ready.");
        var request = comparison.Request();
        var resolved = RecipeCatalog.Resolve(part.Recipe, request.OverridesOf(part.Recipe));
        var recipe = resolved.Recipe ?? throw new JobFailedException($"The recipe cannot be used any more: {string.Join(" ", resolved.Errors.SelectMany(e => e.Value))}");
        return new PaceSpec(data.Staged($"pace-{part.Id}"), data.Dataset(comparison.DatasetId), recipe, request.Seed!.Value);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var part = await db.ComparisonParts.FirstOrDefaultAsync(p => p.Id == job.ResourceId, cancellationToken);
        if (part is not null) part.SecondsAStep = result.Deserialize<TrainingPace>(WorkerEvent.Json)!.SecondsAStep;
    }

    public Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken) => Task.CompletedTask;
}
