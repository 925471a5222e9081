using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>What is compared between a patch and its neighbours. All but the last leave the patch's own image out.</summary>
public enum Likeness
{
    /// <summary>Share of neighbours whose image has the same class, 0 to 1; neighbours without a class do not count.</summary>
    SameClass,

    /// <summary>Share of neighbours at the same place of the grid, 0 to 1.</summary>
    SamePosition,

    /// <summary>Mean ΔE 1976 between the CIELAB values of the patches' mean colours, 0 upwards; about 2.3 is just noticeable.</summary>
    ColourDistance,

    /// <summary>Half the L1 distance between histograms of edge orientations, 0 to 1; patches without edges do not count.</summary>
    OrientationDistance,

    /// <summary>Intersection over union of the boxes, each in shares of its image's width and height, 0 to 1.</summary>
    PatchOverlap,

    /// <summary>Share of neighbours from the patch's own image where that is searched as well, 0 to 1; the patch itself is left out.</summary>
    OwnImage,
}

/// <summary>Mean over the queries of what their neighbours in one space are like.</summary>
/// <param name="Mean">Null where it is defined for no query.</param>
public sealed record SpaceMean(VectorSpace Vectors, Estimate? Mean);

/// <summary>A space less the embedding, query by query.</summary>
public sealed record SpaceDifference(VectorSpace Vectors, Expectation Expectation);

/// <summary>One measurement.</summary>
/// <param name="Missing">Why it was left out; null where it was not.</param>
/// <param name="Chance">Of random patches of other images.</param>
/// <param name="Sign">Of the difference expected where a space is less local, and more invariant, than the embedding; 0 where none is.</param>
public sealed record LocalityMeasure(
    Likeness Likeness, string? Missing, Estimate? Chance, int Sign, IReadOnlyList<SpaceMean> Means, IReadOnlyList<SpaceDifference> Differences);

/// <summary>A patch of the bank.</summary>
/// <param name="Image">Ordinal in the dataset.</param>
/// <param name="Patch">Place in the grid, row by row from 0.</param>
public sealed record BankPatch(int Image, int Patch, PatchBox Box);

/// <summary>A neighbour.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Score">Cosine, -1 to 1.</param>
public sealed record ExampleNeighbour(int Rank, BankPatch Patch, float Score);

/// <summary>The neighbours of an example in one space, its own image left out.</summary>
public sealed record ExampleList(VectorSpace Vectors, IReadOnlyList<ExampleNeighbour> Neighbours);

/// <summary>A query to look at.</summary>
public sealed record LocalityExample(BankPatch Query, IReadOnlyList<ExampleList> Lists);

/// <summary>A finished report.</summary>
/// <param name="DatasetId">Name of the dataset's folder.</param>
/// <param name="Images">Images of the bank.</param>
/// <param name="ImagesFrom">Images there were to choose from.</param>
/// <param name="Split">The split they come from; null for the whole dataset.</param>
/// <param name="Patches">Patches of the bank.</param>
/// <param name="Queries">Patches asked.</param>
/// <param name="QueryImages">Images they are of.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
/// <param name="CheckpointSha256">Hash of the checkpoint file.</param>
public sealed record LocalityResult(
    string DatasetId, int Images, int ImagesFrom, string? Split, int Patches, int Queries, int QueryImages, int Neighbours, IReadOnlyList<LocalityMeasure> Measures,
    IReadOnlyList<LocalityExample> Examples, string Protocol, string CheckpointSha256);
