using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>What one gallery measures.</summary>
/// <param name="SameClass">Share of neighbours of the query's class, among those with one; null without labels.</param>
/// <param name="SamePosition">
/// Share of neighbours whose centre lies within half a patch of the query's place in its own image; null where their images have other sizes.
/// </param>
/// <param name="MeanScore">Mean cosine; null for an empty gallery.</param>
/// <param name="Images">Distinct images.</param>
/// <param name="Classes">Distinct classes.</param>
public sealed record GalleryFigures(
    double? SameClass, double? SamePosition, double? MeanScore, double? LowestScore, int Images, int Classes)
{
    /// <summary>Figures of a gallery.</summary>
    /// <param name="queryClass">Class of the query's image; null when unknown.</param>
    /// <param name="query">Its box and the size of its image.</param>
    public static GalleryFigures Of(IReadOnlyList<Neighbour> items, string? queryClass, Box query, int width, int height)
    {
        var labelled = items.Where(i => i.Class is not null).ToList();
        var comparable = items.Where(i => i.ImageWidth == width && i.ImageHeight == height).ToList();
        return new GalleryFigures(
            queryClass is null || labelled.Count == 0 ? null : labelled.Count(i => i.Class == queryClass) / (double)labelled.Count,
            comparable.Count == 0 ? null : comparable.Count(i => IsThere(i.Box, query)) / (double)comparable.Count,
            items.Count == 0 ? null : items.Average(i => i.Score),
            items.Count == 0 ? null : items.Min(i => i.Score),
            items.Select(i => i.ImageId).Distinct().Count(),
            labelled.Select(i => i.Class).Distinct().Count());
    }

    /// <summary>Patches that both galleries hold: the same image and, to half a pixel, the same box.</summary>
    /// <remarks>Patch ids differ from index to index, so they cannot be compared.</remarks>
    public static int Overlap(IReadOnlyList<Neighbour> first, IReadOnlyList<Neighbour> second)
    {
        var places = first.Select(Place).ToHashSet();
        return second.Select(Place).Distinct().Count(places.Contains);
    }

    /// <summary>Images that both galleries hold a patch of.</summary>
    public static int SharedImages(IReadOnlyList<Neighbour> first, IReadOnlyList<Neighbour> second) =>
        first.Select(i => i.ImageId).Intersect(second.Select(i => i.ImageId)).Count();

    private static bool IsThere(Box box, Box query) =>
        Math.Abs(box.X + box.Width / 2 - query.X - query.Width / 2) <= query.Width / 2
        && Math.Abs(box.Y + box.Height / 2 - query.Y - query.Height / 2) <= query.Height / 2;

    /// <summary>Where a patch lies, to half a pixel: the same in every index of the same grid.</summary>
    public static PatchPlace Place(Neighbour n) => new(n.ImageId, Half(n.Box.X), Half(n.Box.Y), Half(n.Box.Width), Half(n.Box.Height));

    private static long Half(double pixels) => (long)Math.Round(pixels * 2);
}

/// <summary>An image and a box in it, in half pixels.</summary>
public readonly record struct PatchPlace(string ImageId, long X, long Y, long Width, long Height);
