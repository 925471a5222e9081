using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>What is looked for: a box of a stored image, or of an image of one's own.</summary>
/// <param name="ImageId">Null for an image of one's own.</param>
public sealed record GalleryQuery(string? ImageId, OwnImage? Own, Box Box);

/// <summary>One gallery: its index, what the newest search found in it, and the maps of the query by its vectors.</summary>
public sealed class GallerySearch(PatchIndex index)
{
    private object? _picture, _other;

    public PatchIndex Index { get; } = index;

    /// <summary>The query's neighbours.</summary>
    public Answer<NeighbourResult> Found { get; } = new();

    /// <summary>Similarity of the query to the patches of its own image.</summary>
    public Answer<SimilarityMap> Map { get; } = new();

    /// <summary>Similarity of the query to the patches of the image beside it.</summary>
    public Answer<SimilarityMap> Compared { get; } = new();

    public IReadOnlyList<Neighbour> Items => Found.Value?.Items ?? [];

    public IReadOnlyList<NeighbourShare> Shares => Found.Value?.Shares ?? [];

    /// <summary>Asks what the view needs and is not known yet: the neighbours first, since they are waited for.</summary>
    /// <param name="mapped">The maps shown are of this gallery's space.</param>
    /// <param name="changed">Called with each answer.</param>
    public Task RunAsync(ApiClient api, GalleryQuery query, NeighbourAddress view, bool mapped, Action changed, CancellationToken cancellationToken)
    {
        var picture = query.Own ?? (object?)query.ImageId;
        // A map may not lie over another picture than its own, even for a moment.
        if (!Equals(picture, _picture)) Map.Clear();
        if (!Equals(view.Compare, _other)) Compared.Clear();
        (_picture, _other) = (picture, view.Compare);

        var request = new NeighbourRequest(
            new NeighbourQuery(ImageId: query.ImageId, Box: query.Box), view.K, ExcludeSameImage: view.OtherImages, OnePerImage: view.OnePerImage,
            Filter: view.Within is { } within ? new NeighbourFilter(within.Names) : null, Order: view.Order);
        List<Task> asked =
        [
            Found.AskAsync(
                (query, view.K, view.OtherImages, view.OnePerImage, view.Within, view.Order),
                token => query.Own is { } own ? api.FindNeighboursAsync(Index.Id, own.ToFile(), query.Box, request, token) : api.FindNeighboursAsync(Index.Id, request, token),
                changed, cancellationToken),
        ];
        if (mapped && view.Map != MapKind.Off)
            asked.Add(Map.AskAsync(query, token => ScoreAsync(api, query, query.ImageId, token), changed, cancellationToken));
        if (mapped && view.Compare is { } other)
            asked.Add(Compared.AskAsync((query, other), token => ScoreAsync(api, query, other, token), changed, cancellationToken));
        return Task.WhenAll(asked);
    }

    /// <param name="imageId">The image to score; null for an image of one's own.</param>
    private Task<SimilarityMap> ScoreAsync(ApiClient api, GalleryQuery query, string? imageId, CancellationToken cancellationToken) => query.Own is { } own
        ? api.GetSimilarityAsync(Index.Id, own.ToFile(), query.Box, imageId, cancellationToken)
        : api.GetSimilarityAsync(Index.Id, new SimilarityRequest(new NeighbourQuery(ImageId: query.ImageId, Box: query.Box), imageId!), cancellationToken);
}
