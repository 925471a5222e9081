using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>What is looked for: a box of a stored image, or of an image of one's own.</summary>
public sealed record PatchQuery(string? ImageId, OwnImage? Own, Box Box, string? Class, int Width, int Height);

/// <summary>One gallery: its index, and what the newest search found in it.</summary>
public sealed class GallerySearch(PatchIndex index)
{
    public PatchIndex Index { get; } = index;

    /// <summary>A search is under way; until it is done <see cref="Result"/> is of the one before.</summary>
    public bool Busy { get; private set; }

    /// <summary>What was found; null before the first search and after a failure.</summary>
    public NeighbourResult? Result { get; private set; }

    /// <summary>Similarity of the query to the patches of its own image; null where there is none.</summary>
    public SimilarityMap? Map { get; private set; }

    public string? Error { get; private set; }

    public IReadOnlyList<Neighbour> Items => Result?.Items ?? [];

    /// <summary>Searches, and scores the query's own image when it is a stored one. A search that is overtaken changes nothing.</summary>
    public async Task RunAsync(ApiClient api, PatchQuery query, NeighbourView view, CancellationToken cancellationToken)
    {
        (Busy, Error) = (true, null);
        try
        {
            var (result, map) = query.Own is { } own
                ? (await api.FindNeighboursAsync(Index.Id, own.ToFile(), query.Box, Request(query, view), cancellationToken), null)
                : await StoredAsync(api, query, view, cancellationToken);
            if (cancellationToken.IsCancellationRequested) return;
            (Result, Map) = (result, map);
        }
        catch (ApiException e)
        {
            if (!cancellationToken.IsCancellationRequested) (Result, Map, Error) = (null, null, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Overtaken by a newer search.
        }
        if (!cancellationToken.IsCancellationRequested) Busy = false;
    }

    private async Task<(NeighbourResult, SimilarityMap?)> StoredAsync(
        ApiClient api, PatchQuery query, NeighbourView view, CancellationToken cancellationToken)
    {
        var request = Request(query, view);
        var map = api.GetSimilarityAsync(Index.Id, new SimilarityRequest(request.Query, query.ImageId!), cancellationToken);
        var result = await api.FindNeighboursAsync(Index.Id, request, cancellationToken);
        return (result, await map);
    }

    private static NeighbourRequest Request(PatchQuery query, NeighbourView view) => new(
        new NeighbourQuery(ImageId: query.ImageId, Box: query.Box), view.K, ExcludeSameImage: view.OtherImages, OnePerImage: view.OnePerImage);
}
