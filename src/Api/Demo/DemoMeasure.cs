using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Datasets;
using PatchSsl.Api.Images;
using PatchSsl.Api.Indexes;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Demo;

/// <summary>The demo's last step: what its indexes and its evaluation say, and the patch to open first.</summary>
public sealed class DemoMeasure(OpenIndexes indexes)
{
    /// <summary>
    /// As many as a gallery of the neighbours page shows, one an image and none of the patch's own image, as there unless it is told otherwise.
    /// </summary>
    private const int Neighbours = 24;

    private const int MostQueries = 1_000;

    /// <summary>Reads the rows, searches both indexes; some seconds of work.</summary>
    /// <returns>Null while something of it is not ready yet.</returns>
    /// <exception cref="Hosting.ProblemException">An index cannot be read.</exception>
    public async Task<DemoFindings?> MeasureAsync(PatchSslContext db, DemoRow row, CancellationToken cancellationToken)
    {
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == row.DatasetId, cancellationToken);
        var embedding = await db.Indexes.AsNoTracking().FirstOrDefaultAsync(i => i.Id == row.EmbeddingIndexId, cancellationToken);
        var projection = await db.Indexes.AsNoTracking().FirstOrDefaultAsync(i => i.Id == row.ProjectionIndexId, cancellationToken);
        var evaluation = await db.Evaluations.AsNoTracking().FirstOrDefaultAsync(e => e.Id == row.EvaluationId, cancellationToken);
        if (dataset is null || embedding?.State != ResourceState.Ready || projection?.State != ResourceState.Ready
            || evaluation?.State != ResourceState.Ready) return null;
        var before = await DemoContracts.BeforeTrainingAsync(db, embedding, cancellationToken);
        if (before?.State is ResourceState.Queued or ResourceState.Building) return null;
        return await Task.Run(() => Measure(dataset, embedding, projection, before, evaluation, cancellationToken), cancellationToken);
    }

    private DemoFindings Measure(
        DatasetRow dataset, IndexRow embedding, IndexRow projection, IndexRow? before, EvaluationRow evaluation,
        CancellationToken cancellationToken)
    {
        using var h = indexes.Open(embedding);
        using var z = indexes.Open(projection);
        var header = h.File.Rows.Header;
        var scenes = new GeneratedSpec(
            dataset.ImageCount, dataset.StorageSize, dataset.Source.Seed!.Value, DatasetService.Scenes(dataset.Source));
        var views = ScenePatches.Of(scenes, header.Grid, header.PatchScale);
        int?[] kinds = [.. views.Select(view => view.Kind)];
        var perImage = header.PatchesPerImage;
        var queries = SamePart.Queries(kinds, perImage, SceneGenerator.IsTest, MostQueries);

        double? untrained = null;
        if (before?.State == ResourceState.Ready)
        {
            using var opened = indexes.Open(before);
            untrained = Share(opened.File.Rows);
        }
        var parts = new DemoSameParts(
            Share(h.File.Rows), Share(z.File.Rows), untrained, SamePart.Chance(kinds, perImage, queries), Neighbours, queries.Length);
        var accuracy = Accuracy(evaluation, dataset.Classes.Count);
        var first = First(views, perImage);
        var box = header.Grid.Boxes(scenes.Size, scenes.Size, header.PatchScale)[first % perImage];
        var kind = kinds[first] is { } shown ? SceneGenerator.Classes(scenes.Scenes)[shown] : null;
        return new DemoFindings(
            DemoText.Learned(accuracy, parts), DemoText.LookAt(kind, parts), ImageIds.Of(dataset.Id, first / perImage), first % perImage,
            box.ToContract(), accuracy, parts);

        double Share(IndexFile rows) => SamePart.Share(kinds, queries, Nearest(rows, queries, cancellationToken));
    }

    private static List<IReadOnlyList<long>> Nearest(IndexFile rows, long[] queries, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<long>> nearest = [];
        foreach (var some in queries.Chunk(IndexFile.MaxBatch))
        {
            var found = rows.SearchBatch([.. some.Select(query => new PatchQuery(rows.Vector(query), new SearchOptions
            {
                K = Neighbours,
                OnePerImage = true,
                ExcludeImage = (int)(query / rows.PatchesPerImage),
            }))], cancellationToken);
            nearest.AddRange(found.Select(hits => (IReadOnlyList<long>)[.. hits.Select(hit => hit.Row)]));
        }
        return nearest;
    }

    /// <summary>
    /// The patch to open: the first of the test images that holds one whole part; without one, the first that shows a part; else the first.
    /// </summary>
    private static int First(PartView[] views, int perImage)
    {
        var asked = Enumerable.Range(0, views.Length).Where(row => SceneGenerator.IsTest(row / perImage)).ToList();
        return asked.Where(row => views[row].HoldsOneWhole)
            .Concat(asked.Where(row => views[row].Kind is not null)).Concat(asked).FirstOrDefault();
    }

    private static DemoAccuracy Accuracy(EvaluationRow evaluation, int classes)
    {
        var bag = evaluation.Scores[0];
        return new DemoAccuracy(bag.Accuracy, Baseline("raw pixels"), Baseline("untrained encoder"), 1.0 / classes, evaluation.TestImages);

        // The headline's setting comes first among theirs too.
        double Baseline(string name) => evaluation.Baselines.First(baseline => baseline.Name == name).Accuracy;
    }
}
