using PatchSsl.Core.Embedding;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>The patches nearest to each centre, one of an image at most.</summary>
internal sealed class ExamplePatches(int codes)
{
    /// <summary>Kept of each code.</summary>
    public const int Most = 4;

    private readonly List<(double Distance, PatchPosition Place)>[] _best = [.. Enumerable.Range(0, codes).Select(_ => new List<(double, PatchPosition)>(Most + 1))];

    /// <summary>Nearest first.</summary>
    public IReadOnlyList<PatchPosition> Of(int code) => [.. _best[code].Select(b => b.Place)];

    /// <param name="distance">Squared, to the centre.</param>
    public void Offer(int code, double distance, int image, PatchSource patch)
    {
        var best = _best[code];
        if (best.Count == Most && distance >= best[^1].Distance) return;
        var own = best.FindIndex(b => b.Place.Image == image);
        if (own >= 0 && best[own].Distance <= distance) return;
        if (own >= 0) best.RemoveAt(own);
        var place = best.FindIndex(b => b.Distance > distance);
        best.Insert(place < 0 ? best.Count : place, (distance, new PatchPosition(image, patch.Box)));
        if (best.Count > Most) best.RemoveAt(Most);
    }
}
