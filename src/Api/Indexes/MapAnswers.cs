using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Maps of indexes and their patches, as callers see them.</summary>
public sealed class MapAnswers(PatchSslContext db, OpenIndexes indexes, ImageStores stores, MapCache maps)
{
    /// <param name="known">Whether the caller has the map of that tag already; then null comes back and nothing is made.</param>
    /// <returns>The map and its tag.</returns>
    public async Task<(PatchMap? Map, string Tag)> MapAsync(string indexId, MapQuestion question, Func<string, bool> known, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var store = stores.Open(row.DatasetId);
        var (asked, header) = (question.Request, index.File.Rows.Header);
        var errors = new FieldErrors();
        var most = Math.Min(MapQuestion.MostComponents, header.Dim);
        if (Math.Max(asked.X, asked.Y) > most) errors.Add("components", $"components has {Math.Max(asked.X, asked.Y)}: the vectors of this index have {most} {(most == 1 ? "value" : "values")}.");
        errors.Throw();
        var tag = $"{row.Id}-{header.VectorsSha256[..12]}-{asked.Points}-{asked.Seed}-{asked.X}-{asked.Y}-{asked.Clusters}-{question.Format}{(question.Base64 ? "64" : "")}";
        if (known(tag)) return (null, tag);

        var (map, groups) = await maps.MakeAsync(row.Id, index.File.Rows, asked.Points, asked.Seed, asked.Clusters, cancellationToken);
        var (rows, patches) = (map.Rows, index.File.Rows.PatchesPerImage);
        var (images, places, classes) = (new int[rows.Count], new int[rows.Count], new int[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            (images[i], places[i]) = ((int)(rows[i] / patches), (int)(rows[i] % patches));
            classes[i] = store.File.ClassIndex(images[i]);
        }
        Integers Column(int[] values) => new(values, question.Base64);
        return (new PatchMap(
            row.Id, row.DatasetId, row.ModelId, header.CheckpointSha256, row.Vectors, row.Patches, patches, MapMethod.Pca, map.Total, rows.Count,
            rows.Count < map.Total, map.Fitted, asked.Seed, map.Explained, [asked.X, asked.Y], store.File.Classes, groups.Length == 0 ? 0 : asked.Clusters,
            new MapPoints(
                new Vector(map.Coordinates[asked.X - 1], question.Base64), new Vector(map.Coordinates[asked.Y - 1], question.Base64),
                Column(images), Column(places), Column(classes), Column(groups))), tag);
    }

    /// <param name="rows">As a caller wrote them.</param>
    public async Task<PatchItems> PatchesAsync(string indexId, IReadOnlyList<long> rows, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var store = stores.Open(row.DatasetId);
        var errors = new FieldErrors();
        foreach (var number in rows.Where(r => r >= index.File.Rows.Count)) errors.Add("rows", $"rows has {number}: the rows of this index are 0 to {index.File.Rows.Count - 1}.");
        errors.Throw();
        return new PatchItems([.. rows.Select(r => Describe(row, index.File.Rows, store.File, r))]);
    }

    private static PatchItem Describe(IndexRow row, IndexFile index, ImageStore store, long number)
    {
        var patch = ShownPatch.Of(row.Id, row.DatasetId, index.Header, store, number);
        return new PatchItem(
            number, patch.Id, patch.ImageId, patch.Image.Name, patch.Class, patch.Box, patch.Thumbnail, patch.Image.Width, patch.Image.Height);
    }
}
