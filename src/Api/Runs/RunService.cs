using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Runs;

/// <summary>Makes, resumes and removes runs.</summary>
public sealed class RunService(DataDirectory data, JobService jobs, ModelCatalog models, TimeProvider time)
{
    private const int MostTags = 20, LongestTag = 50, LongestNote = 10_000;

    /// <summary>What keeps a run from being made: everything about the request at once, then the dataset's state.</summary>
    public static async Task<ProblemHttpResult?> RefusalAsync(PatchSslContext db, CreateRun body, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(RecipeCatalog.Resolve(body.Recipe, body.Overrides).Errors);
        Check(errors, body.Name, body.Tags, body.Note);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == body.DatasetId, cancellationToken);
        if (errors.Count > 0)
        {
            if (dataset is null) errors["datasetId"] = [$"There is no dataset '{Problems.Shown(body.DatasetId)}'."];
            return Problems.Invalid(errors);
        }
        if (dataset is null) return Problems.NotFound("dataset", body.DatasetId);
        return dataset.State == ResourceState.Ready ? null
            : Problems.Conflict($"Dataset '{dataset.Id}' is {dataset.State.ToString().ToLowerInvariant()}, not ready.");
    }

    /// <summary>Adds what is wrong with the fields that people edit; null stands for unchanged.</summary>
    public static void Check(Dictionary<string, string[]> errors, string? name, IReadOnlyList<string>? tags, string? note)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > 200)) errors["name"] = [$"name has {name.Trim().Length} characters; allowed is 1 to 200."];
        if (note?.Length > LongestNote) errors["note"] = [$"note has {note.Length} characters; allowed is {LongestNote:N0}."];
        if (tags is not null && (tags.Count > MostTags || tags.Any(t => string.IsNullOrWhiteSpace(t) || t.Length > LongestTag)))
            errors["tags"] = [$"tags are at most {MostTags} of 1 to {LongestTag} characters."];
    }

    /// <summary>Queues a run that <see cref="RefusalAsync"/> found nothing wrong with.</summary>
    public async Task<RunRow> CreateAsync(PatchSslContext db, CreateRun body, CancellationToken cancellationToken)
    {
        var recipe = RecipeCatalog.Resolve(body.Recipe, body.Overrides).Recipe!;
        var id = Ids.Run();
        var job = await jobs.EnqueueAsync(db, JobKind.Train, id, cancellationToken);
        var run = new RunRow
        {
            Id = id,
            Name = body.Name.Trim(),
            DatasetId = body.DatasetId,
            RecipeName = body.Recipe,
            RecipeJson = JsonSerializer.Serialize(recipe, WorkerEvent.Json),
            OverridesJson = JsonSerializer.Serialize(body.Overrides ?? new Dictionary<string, JsonElement>(), WorkerEvent.Json),
            Seed = body.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Tags = Tidy(body.Tags),
            Note = body.Note,
            JobId = job.Id,
            CreatedAt = time.GetUtcNow(),
        };
        db.Runs.Add(run);
        await jobs.SaveAsync(db, cancellationToken);
        return run;
    }

    /// <summary>For a caller that committed a transaction of its own.</summary>
    public void Wake() => jobs.Wake();

    public static IReadOnlyList<string> Tidy(IReadOnlyList<string>? tags) => [.. (tags ?? []).Select(t => t.Trim()).Distinct()];

    /// <summary>Queues a job that goes on from the newest checkpoint.</summary>
    public async Task ResumeAsync(PatchSslContext db, RunRow run, CancellationToken cancellationToken)
    {
        var job = await jobs.EnqueueAsync(db, JobKind.Train, run.Id, cancellationToken);
        var earlier = await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == run.JobId, cancellationToken);
        if (earlier is not null) (job.Done, job.Total, job.Unit) = (earlier.Done, earlier.Total, earlier.Unit);
        (run.JobId, run.State, run.Error, run.FinishedAt) = (job.Id, JobState.Queued, null, null);
        await jobs.SaveAsync(db, cancellationToken);
    }

    /// <summary>Rows first, then files.</summary>
    public async Task DeleteAsync(PatchSslContext db, RunRow run, CancellationToken cancellationToken)
    {
        var checkpoints = await db.Checkpoints.Where(c => c.RunId == run.Id).Select(c => c.Id).ToListAsync(cancellationToken);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await db.Log.Where(l => l.ResourceId == run.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Jobs.Where(j => j.ResourceId == run.Id).ExecuteDeleteAsync(cancellationToken);
            db.Runs.Remove(run);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        foreach (var checkpoint in checkpoints) models.Forget(checkpoint);
        if (Directory.Exists(data.Run(run.Id))) Directory.Delete(data.Run(run.Id), recursive: true);
    }
}
