using System.Diagnostics;
using PatchSsl.Api.Database;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Searches an index: query to vector, vector to rows, rows to patches that a person can look at.</summary>
public sealed class NeighbourSearch(
    PatchSslContext db, OpenIndexes indexes, ImageStores stores, ModelCatalog models, QueryVectors queries, ImageEmbedder embedder, DeviceSearch search,
    SearchGate gate)
{
    private const int MostNeighbours = 1_000;

    /// <param name="field">Name of a request in messages, by its position; empty for a lone one.</param>
    public async Task<IReadOnlyList<NeighbourResult>> FindAsync(
        string indexId, IReadOnlyList<NeighbourRequest> requests, Func<int, string> field, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var store = stores.Open(row.DatasetId);
        var options = Check(requests, store.File, row.DatasetId, field);
        var vectors = await queries.ResolveAsync(
            row.Id, row.DatasetId, index.File.Rows, () => models.FindOfAsync(db, row, cancellationToken), [.. requests.Select(r => r.Query)], i => $"{field(i)}query", cancellationToken);
        var asked = requests.Select((r, i) => new Asked(
            vectors[i], r, r.ExcludeSameImage ? options[i] with { ExcludeImage = vectors[i].Image } : options[i]));
        return await SearchAsync(row, index.File, store.File, [.. asked], cancellationToken);
    }

    /// <summary>Neighbours of an image that is not stored, or of a box of it.</summary>
    public async Task<NeighbourResult> FindAsync(
        string indexId, UploadedFile file, Box? box, NeighbourRequest request, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var store = stores.Open(row.DatasetId);
        var options = Check([request], store.File, row.DatasetId, _ => "", filter: "");
        var model = await models.FindOfAsync(db, row, cancellationToken);
        var header = index.File.Rows.Header;
        var upload = await embedder.EmbedAsync(model, header.Space, box, grid: null, file, cancellationToken);
        if (upload.Vectors.All(v => v == 0)) throw QueryVectors.NoDirection("file");
        var query = new QueryVector(upload.Vectors, null) { Cell = GridPlace.Of(header, upload.Boxes[0], upload.Width, upload.Height) };
        return (await SearchAsync(row, index.File, store.File, [new Asked(query, request, options[0])], cancellationToken))[0];
    }

    private async Task<IReadOnlyList<NeighbourResult>> SearchAsync(
        IndexRow row, OpenIndex index, ImageStore store, IReadOnlyList<Asked> asked, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        PatchQuery[] patchQueries = [.. asked.Select(a => new PatchQuery(a.Query.Values, a.Options))];
        var found = await gate.RunAsync(() => search.Search(index, patchQueries, cancellationToken), cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var shares = new NeighbourShares(store, index.Rows.PatchesPerImage, PatchParts.Of(row, index.Rows));
        return
        [
            .. found.Zip(asked, (hits, a) => new NeighbourResult([.. hits.Select((hit, i) => Describe(row, index.Rows, store, hit, i + 1))], Exact: true, took)
            {
                Shares = shares.Of(a.Query, a.Request, a.Options.Images, hits),
            }),
        ];
    }

    /// <summary>A search with what it came from.</summary>
    private sealed record Asked(QueryVector Query, NeighbourRequest Request, SearchOptions Options);

    private static Neighbour Describe(IndexRow row, IndexFile index, ImageStore store, Hit hit, int rank)
    {
        var patch = ShownPatch.Of(row.Id, row.DatasetId, index.Header, store, hit.Row);
        return new Neighbour(
            rank, patch.Id, patch.ImageId, patch.Image.Name, patch.Class, patch.Box, hit.Score, patch.Thumbnail,
            patch.Image.Width, patch.Image.Height);
    }

    /// <param name="filter">What leads to the filter's fields: a form has them beside the others.</param>
    private static List<SearchOptions> Check(
        IReadOnlyList<NeighbourRequest> requests, ImageStore store, string datasetId, Func<int, string> field, string filter = "filter.")
    {
        var errors = new FieldErrors();
        List<SearchOptions> options = [];
        for (var i = 0; i < requests.Count; i++)
        {
            var (request, name) = (requests[i], field(i));
            if (request.K is < 1 or > MostNeighbours) errors.Add($"{name}k", $"{name}k is {request.K}: allowed is 1 to {MostNeighbours:N0}.");
            foreach (var (bound, score) in new[] { ("minScore", request.MinScore), ("maxScore", request.MaxScore) })
                if (score is { } value && !(value is >= -1 and <= 1)) errors.Add($"{name}{bound}", FormattableString.Invariant($"{name}{bound} is {value}: allowed is -1 to 1."));
            if (request.MinScore > request.MaxScore)
                errors.Add($"{name}maxScore", FormattableString.Invariant($"{name}maxScore is {request.MaxScore}, below minScore, {request.MinScore}: no score is both."));
            options.Add(new SearchOptions
            {
                K = request.K,
                OnePerImage = request.OnePerImage,
                MinScore = (float?)request.MinScore,
                MaxScore = (float?)request.MaxScore,
                Order = request.Order == NeighbourOrder.Farthest ? SearchOrder.Farthest : SearchOrder.Nearest,
                Images = Filter(request.Filter, store, datasetId, $"{name}{filter}classes", errors),
            });
        }
        errors.Throw();
        return options;
    }

    private static Func<int, bool>? Filter(NeighbourFilter? filter, ImageStore store, string datasetId, string field, FieldErrors errors)
    {
        if (filter?.DatasetIds is { Count: > 0 } datasets && !datasets.Contains(datasetId)) return _ => false;
        if (filter?.Classes is not { Count: > 0 } names) return null;
        var wanted = new bool[store.Classes.Count];
        foreach (var name in names)
        {
            var place = store.Classes.ToList().IndexOf(name);
            if (place >= 0) wanted[place] = true;
            else errors.Add(field, $"{field} has '{Problems.Shown(name)}': the index's classes are {(wanted.Length == 0 ? "none" : string.Join(", ", store.Classes.Take(20)))}.");
        }
        return image => store.ClassIndex(image) is >= 0 and var c && wanted[c];
    }
}
