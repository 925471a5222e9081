using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>What one gallery measures.</summary>
/// <param name="MeanScore">Mean cosine; null for an empty gallery.</param>
/// <param name="Images">Distinct images.</param>
/// <param name="Classes">Distinct classes.</param>
public sealed record GalleryFigures(double? MeanScore, double? LowestScore, int Images, int Classes)
{
    /// <summary>Figures of a gallery.</summary>
    public static GalleryFigures Of(IReadOnlyList<Neighbour> items) => new(
        items.Count == 0 ? null : items.Average(i => i.Score),
        items.Count == 0 ? null : items.Min(i => i.Score),
        items.Select(i => i.ImageId).Distinct().Count(),
        items.Select(i => i.Class).OfType<string>().Distinct().Count());

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

    /// <summary>Where a patch lies, to half a pixel: the same in every index of the same grid.</summary>
    public static PatchPlace Place(Neighbour n) => new(n.ImageId, Half(n.Box.X), Half(n.Box.Y), Half(n.Box.Width), Half(n.Box.Height));

    private static long Half(double pixels) => (long)Math.Round(pixels * 2);
}

/// <summary>An image and a box in it, in half pixels.</summary>
public readonly record struct PatchPlace(string ImageId, long X, long Y, long Width, long Height);
