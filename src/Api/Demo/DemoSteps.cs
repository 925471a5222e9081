using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Datasets;
using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Explanations;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Runs;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Demo;

/// <summary>The demo's steps: images → a short training → an index in each space → an evaluation, and an index before training to
/// compare with → what they say.</summary>
/// <remarks>
/// Behind them it queues what the neighbours page can say more by, the projection's index before training and the report on locality. Nothing waits
/// for these: the page shows them when they are there.
/// </remarks>
public sealed class DemoSteps(
    DemoOptions options, DatasetService datasets, RunService runs, EvaluationService evaluations, ExplanationService explanations, JobService jobs,
    TimeProvider time)
{
    private const string Recipe = "demo", Patches = "grid:16";

    /// <summary>Patches that a step of its training looks at.</summary>
    public static int PatchesAStep { get; } = RecipeCatalog.Find(Recipe)!.Recipe is var recipe ? recipe.Views * recipe.BatchImages : 0;

    /// <summary>Takes every step that can be taken now, and notes the end. Changes are left in <paramref name="db"/> for the caller to commit.</summary>
    public async Task AdvanceAsync(PatchSslContext db, DemoRow row, CancellationToken cancellationToken)
    {
        if (row.DatasetId is null)
        {
            var source = new DatasetSource(SourceKind.Generated, Images: options.Images, Size: options.Size, Seed: options.Seed, Scenes: GeneratedScenes.Kinds);
            row.DatasetId = (await datasets.CreateAsync(db, "Demo scenes", source, options.Size, null, cancellationToken)).Id;
            return;
        }
        var dataset = await db.Datasets.FirstOrDefaultAsync(d => d.Id == row.DatasetId, cancellationToken);
        if (!Ready(row, "images", dataset?.State, dataset?.Error)) return;

        if (row.RunId is null)
        {
            var run = new CreateRun("Demo", dataset!.Id, Recipe, Overrides(), options.Seed, ["demo"]);
            row.RunId = (await runs.CreateAsync(db, run, cancellationToken)).Id;
            return;
        }
        var trained = await db.Runs.FirstOrDefaultAsync(r => r.Id == row.RunId, cancellationToken);
        if (!Trained(row, trained)) return;

        if (row.EvaluationId is null)
        {
            var model = await db.Checkpoints.Where(c => c.RunId == row.RunId).OrderByDescending(c => c.Step).FirstOrDefaultAsync(cancellationToken);
            if (model is null)
            {
                Fail(row, "The run left no checkpoint.");
                return;
            }
            row.EmbeddingIndexId = await IndexAsync(db, row, model, VectorKind.Embedding, cancellationToken);
            row.ProjectionIndexId = await IndexAsync(db, row, model, VectorKind.Projection, cancellationToken);
            row.EvaluationId = (await evaluations.CreateAsync(db, new CreateEvaluation(model.Id, dataset!.Id, Patches: Patches), cancellationToken)).Id;
            await CompareAsync(db, row, model, cancellationToken);
            return;
        }
        var embedding = await db.Indexes.FirstOrDefaultAsync(i => i.Id == row.EmbeddingIndexId, cancellationToken);
        var projection = await db.Indexes.FirstOrDefaultAsync(i => i.Id == row.ProjectionIndexId, cancellationToken);
        var evaluation = await db.Evaluations.FirstOrDefaultAsync(e => e.Id == row.EvaluationId, cancellationToken);
        if (Ready(row, "embedding index", embedding?.State, embedding?.Error) && Ready(row, "projection index", projection?.State, projection?.Error)
            && Ready(row, "evaluation", evaluation?.State, evaluation?.Error) && row.Findings is not null) row.State = JobState.Completed;
    }

    /// <summary>Nothing where the recipe has as many steps of itself, so that the run says so.</summary>
    private Dictionary<string, JsonElement>? Overrides() => options.Steps == RecipeCatalog.Find(Recipe)!.Recipe.MaxSteps
        ? null
        : new() { ["maxSteps"] = JsonSerializer.SerializeToElement(options.Steps, ClientJson.Options) };

    private static bool Ready(DemoRow row, string what, ResourceState? state, string? error)
    {
        if (state is null) Fail(row, $"The demo's {what} was deleted.");
        else if (state == ResourceState.Failed) Fail(row, $"The demo's {what} failed: {error}");
        return state == ResourceState.Ready;
    }

    private static bool Trained(DemoRow row, RunRow? run)
    {
        switch (run?.State)
        {
            case null:
                Fail(row, "The demo's run was deleted.");
                break;
            case JobState.Failed or JobState.Interrupted when run.Error is not null && !GoesOn(run):
                Fail(row, $"The demo's run did not finish: {run.Error}");
                break;
            case JobState.Stopped:
                (row.State, row.Error) = (JobState.Stopped, "The demo's run was stopped.");
                break;
        }
        return run?.State == JobState.Completed;
    }

    /// <summary>Interrupted because the server goes: its job is queued again at the next start.</summary>
    private static bool GoesOn(RunRow run) => run.State == JobState.Interrupted && run.Error == JobEnd.ServerStopped;

    private static void Fail(DemoRow row, string error) => (row.State, row.Error) = (JobState.Failed, error);

    private async Task CompareAsync(PatchSslContext db, DemoRow row, CheckpointRow model, CancellationToken cancellationToken)
    {
        foreach (var vectors in new[] { VectorKind.Embedding, VectorKind.Projection })
            await IndexAsync(db, row, model, vectors, cancellationToken, untrained: true);
        try
        {
            var locality = new CreateExplanation(model.Id, row.DatasetId!, ExplanationKind.Locality);
            await explanations.CreateAsync(db, locality, cancellationToken);
        }
        catch (ProblemException)
        {
            // A demo of a few images has too few for the report; it is whole without.
        }
    }

    private async Task<string> IndexAsync(
        PatchSslContext db, DemoRow row, CheckpointRow model, VectorKind vectors, CancellationToken cancellationToken, bool untrained = false)
    {
        var index = new IndexRow
        {
            Id = Ids.Index(),
            DatasetId = row.DatasetId!,
            ModelId = model.Id,
            Vectors = vectors,
            Patches = Patches,
            Untrained = untrained,
            CreatedAt = time.GetUtcNow(),
        };
        db.Indexes.Add(index);
        index.JobId = (await jobs.EnqueueAsync(db, JobKind.Index, index.Id, cancellationToken)).Id;
        return index.Id;
    }
}
