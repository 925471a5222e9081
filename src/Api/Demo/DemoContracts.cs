using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Demo;

/// <summary>The demo as the API shows it.</summary>
public static class DemoContracts
{
    public const string Generating = "generating", Training = "training", Indexing = "indexing", Evaluating = "evaluating", Done = "done";

    public static async Task<DemoStatus> ReadAsync(PatchSslContext db, CancellationToken cancellationToken)
    {
        if (await db.Demos.AsNoTracking().FirstOrDefaultAsync(d => d.Id == DemoRow.Only, cancellationToken) is not { } row) return new(null, null, null, null, null, null, null, null, null);
        // What was deleted since is not offered any more.
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == row.DatasetId, cancellationToken);
        var run = await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == row.RunId, cancellationToken);
        var embedding = await db.Indexes.AsNoTracking().FirstOrDefaultAsync(i => i.Id == row.EmbeddingIndexId, cancellationToken);
        var projection = await db.Indexes.AsNoTracking().FirstOrDefaultAsync(i => i.Id == row.ProjectionIndexId, cancellationToken);
        var evaluation = await db.Evaluations.AsNoTracking().FirstOrDefaultAsync(e => e.Id == row.EvaluationId, cancellationToken);
        var report = embedding is null ? null : await db.Explanations.AsNoTracking().Where(x => x.ModelId == embedding.ModelId && x.Kind == ExplanationKind.Locality)
            .OrderByDescending(x => x.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        var before = embedding is null ? null : await BeforeTrainingAsync(db, embedding, cancellationToken);
        var (step, jobId) = Now(dataset, run, embedding, projection, evaluation, before);
        if (row.State == JobState.Completed) (step, jobId) = (Done, null);
        var job = jobId is null ? null : await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == jobId, cancellationToken);
        return new DemoStatus(
            row.State, step, job.ToProgress(), dataset?.Id, run?.Id, Ready(embedding), Ready(projection), evaluation?.Id, row.Error,
            report?.Id, Offered(row, dataset));
    }

    /// <summary>False where something of a completed demo was deleted.</summary>
    public static async Task<bool> IsWholeAsync(PatchSslContext db, DemoRow row, CancellationToken cancellationToken) =>
        await db.Indexes.CountAsync(i => i.Id == row.EmbeddingIndexId || i.Id == row.ProjectionIndexId, cancellationToken) == 2;

    private static (string Step, string? JobId) Now(DatasetRow? dataset, RunRow? run, IndexRow? embedding, IndexRow? projection, EvaluationRow? evaluation, IndexRow? before)
    {
        if (dataset?.State is not ResourceState.Ready) return (Generating, dataset?.JobId);
        if (run?.State is not JobState.Completed) return (Training, run?.JobId);
        if (embedding?.State is not ResourceState.Ready) return (Indexing, embedding?.JobId);
        if (projection?.State is not ResourceState.Ready) return (Indexing, projection?.JobId);
        return (Evaluating, evaluation?.State is not ResourceState.Ready ? evaluation?.JobId : before?.JobId);
    }

    /// <summary>The index of the same encoder and patches before training that the demo compares with; null where there is none.</summary>
    public static Task<IndexRow?> BeforeTrainingAsync(PatchSslContext db, IndexRow embedding, CancellationToken cancellationToken) =>
        db.Indexes.AsNoTracking().Where(i => i.Untrained && i.ModelId == embedding.ModelId && i.DatasetId == embedding.DatasetId
                && i.Vectors == VectorKind.Embedding && i.Patches == embedding.Patches)
            .OrderBy(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    /// <summary>What was found names an image, and is not offered once that is gone.</summary>
    private static DemoFindings? Offered(DemoRow row, DatasetRow? dataset) => dataset is null ? null : row.Findings;

    private static string? Ready(IndexRow? index) => index?.State == ResourceState.Ready ? index.Id : null;
}
