using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <param name="Images">Images whose patches are searched, 2 to 20,000; a seeded sample where there are more.</param>
/// <param name="Queries">Patches asked, 10 to 5,000, one an image as long as there are images.</param>
/// <param name="Neighbours">Nearest neighbours that count, 1 to 100.</param>
/// <param name="Patches">Patches of each image: grid:n with n a square number from 4 to 256.</param>
/// <param name="Vectors">Absent: the embedding, and the projection where the model has one.</param>
/// <param name="Split">One of the dataset's splits; absent: test where there is one, otherwise all images.</param>
/// <param name="Examples">Queries that are shown with their neighbours, 0 to 20.</param>
public sealed record LocalityOptions(
    int Images = 1000, int Queries = 500, int Neighbours = 10, string Patches = "grid:16", IReadOnlyList<VectorKind>? Vectors = null,
    string? Split = null, int Examples = 6);

/// <summary>What patches and their neighbours have in common. All but the last leave the patch's own image out.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PatchLikeness>))]
public enum PatchLikeness
{
    /// <summary>Share of neighbours whose image has the same class, 0 to 1.</summary>
    SameClass,

    /// <summary>Share of neighbours at the same place of the grid, 0 to 1.</summary>
    SamePosition,

    /// <summary>ΔE 1976 between the CIELAB values of the mean colours, 0 upwards; about 2.3 is just noticeable.</summary>
    ColourDistance,

    /// <summary>Half the L1 distance between histograms of edge orientations, 0 to 1.</summary>
    OrientationDistance,

    /// <summary>Intersection over union of the boxes, in shares of their images, 0 to 1.</summary>
    PatchOverlap,

    /// <summary>Share of neighbours from the patch's own image where that is searched as well, 0 to 1.</summary>
    OwnImage,

    /// <summary>Share of neighbours that show the same kind of part, 0 to 1: of a search in generated scenes whose parts are told, not of a report.</summary>
    SamePart,
}

/// <summary>What the nearest neighbours of patches have in common with them, in each space.</summary>
/// <param name="Images">Images searched.</param>
/// <param name="ImagesFrom">Images there were to choose from.</param>
/// <param name="Split">The split they come from; null for the whole dataset.</param>
/// <param name="Patches">Patches searched.</param>
/// <param name="Queries">Patches asked.</param>
/// <param name="QueryImages">Images they are of.</param>
/// <param name="Neighbours">Neighbours of each that count.</param>
/// <param name="Examples">Some of the patches asked, with their neighbours from other images.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record LocalityReport(
    int Images, int ImagesFrom, string? Split, int Patches, int Queries, int QueryImages, int Neighbours, IReadOnlyList<LocalityMeasure> Measures,
    IReadOnlyList<LocalityExample> Examples, string Protocol);

/// <summary>One measurement.</summary>
/// <param name="Missing">Why it was left out; null where it was not.</param>
/// <param name="Chance">Of random patches of other images.</param>
/// <param name="Means">Averaged over the patches asked, in each space.</param>
/// <param name="Differences">Of each other space less the embedding, patch by patch.</param>
public sealed record LocalityMeasure(
    PatchLikeness Likeness, string? Missing, MeanEstimate? Chance, IReadOnlyList<LocalityMean> Means, IReadOnlyList<LocalityDifference> Differences);

/// <param name="Mean">Null where it is defined for no patch.</param>
public sealed record LocalityMean(VectorKind Vectors, MeanEstimate? Mean);

/// <summary>A space less the embedding, and what was expected of it.</summary>
public sealed record LocalityDifference(VectorKind Vectors, ExpectedDifference Expected);

/// <param name="Patch">Place in the grid, row by row from 0.</param>
public sealed record LocalityPatch(string ImageId, int Patch, Box Box);

/// <param name="Rank">From 1.</param>
/// <param name="Score">Cosine, -1 to 1.</param>
public sealed record LocalityNeighbour(int Rank, LocalityPatch Patch, float Score);

/// <summary>Neighbours in one space, nearest first, 12 at most.</summary>
public sealed record LocalityList(VectorKind Vectors, IReadOnlyList<LocalityNeighbour> Neighbours);

/// <summary>A patch asked and its neighbours from other images.</summary>
public sealed record LocalityExample(LocalityPatch Query, IReadOnlyList<LocalityList> Lists);
