using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Vectors whose products are measured.</summary>
/// <param name="Unit">True where they are scaled to length 1, so that products are cosines; false as the network gives them.</param>
public sealed record ProductMeasure(VectorSpace Vectors, bool Unit);

/// <summary>What a product is compared with.</summary>
public enum FitAgainst
{
    /// <summary>p(a,b) / (p(a) p(b)): the optimum of the spectral objective.</summary>
    Ratio,

    /// <summary>Its natural logarithm, pointwise mutual information: the optimum of SimCLR's. Cells without a pair have none and are left out.</summary>
    LogRatio,
}

/// <summary>Which cells take part.</summary>
public enum FitCells
{
    /// <summary>All that are kept.</summary>
    All,

    /// <summary>Pairs of different codes.</summary>
    Different,

    /// <summary>A code with itself.</summary>
    Same,
}

/// <summary>A number and an interval around it; null where there is none.</summary>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
public sealed record Interval(double? Value, double? Low, double? High);

/// <summary>The figures of a straight line and of the ranks.</summary>
/// <param name="RSquared">Weighted by expected pairs, 0 to 1.</param>
/// <param name="Slope">Product for each unit of the ratio, or of its logarithm.</param>
/// <param name="Intercept">Product at a ratio, or logarithm, of 0.</param>
/// <param name="Spearman">Rank correlation, -1 to 1.</param>
public sealed record FitFigures(Interval RSquared, Interval Slope, Interval Intercept, Interval Spearman);

/// <summary>How the products of a measure follow the ratio.</summary>
/// <param name="Measure">Of the result's measures.</param>
/// <param name="Count">Cells that take part.</param>
/// <param name="Measured">Intervals: 1.96 standard deviations of the bootstrap over held-out images on either side.</param>
/// <param name="Control">Against ratios counted after patches were shuffled over images: the average of several shuffles, intervals their spread.</param>
public sealed record CooccurrenceFit(int Measure, FitAgainst Against, FitCells Cells, int Count, FitFigures Measured, FitFigures Control);

/// <summary>Two codes, a ≤ b.</summary>
/// <param name="Observed">Pairs of patches of one training image with these codes.</param>
/// <param name="Expected">Pairs there would be if codes were independent.</param>
/// <param name="Ratio">p(a,b) / (p(a) p(b)), observed over expected.</param>
/// <param name="ControlRatio">The same after one shuffle.</param>
/// <param name="Products">For each measure: mean product of held-out patches of different images with these codes.</param>
/// <param name="SameImage">For each measure: of different patches of one image; null where no image has both. Not what the theory is about.</param>
public sealed record CodeCell(
    int A, int B, long Observed, double Expected, double Ratio, double ControlRatio, IReadOnlyList<double> Products, IReadOnlyList<double?> SameImage);

/// <summary>A patch of an image.</summary>
/// <param name="Image">Ordinal in the dataset.</param>
public sealed record PatchPosition(int Image, PatchBox Box);

/// <summary>A code.</summary>
/// <param name="TrainPatches">Training patches that have it.</param>
/// <param name="HeldOutPatches">Held-out patches that have it.</param>
/// <param name="Examples">Training patches nearest to the centre, of different images, nearest first.</param>
public sealed record PatchCode(long TrainPatches, long HeldOutPatches, IReadOnlyList<PatchPosition> Examples);

/// <summary>A finished measurement.</summary>
/// <param name="DatasetId">Name of the dataset's folder.</param>
/// <param name="Measures">Whose products <see cref="CodeCell.Products"/> holds, in order.</param>
/// <param name="Codes">Each code, by number.</param>
/// <param name="Fits">Every measure against the ratio and its logarithm, over all cells and over those of different and of same codes.</param>
/// <param name="Cells">Cells kept, or <see cref="MostCells"/> of them drawn by seed.</param>
/// <param name="CellsKept">Cells that the figures are of.</param>
/// <param name="CellsTooFew">Left out: fewer pairs expected than asked for.</param>
/// <param name="CellsUnmeasured">Left out: no two held-out images have these codes.</param>
/// <param name="CellsNeverSeen">Kept, with no pair at all: ratio 0, no logarithm.</param>
/// <param name="TrainPairs">Pairs counted.</param>
/// <param name="PatchScale">Share of the image's area that a patch covers.</param>
/// <param name="Objective">What the model was trained with; null for an imported one.</param>
/// <param name="Protocol">In words, with all it takes to repeat it.</param>
public sealed record CooccurrenceResult(
    string DatasetId, IReadOnlyList<ProductMeasure> Measures, IReadOnlyList<PatchCode> Codes, IReadOnlyList<CooccurrenceFit> Fits, IReadOnlyList<CodeCell> Cells,
    int CellsKept, int CellsTooFew, int CellsUnmeasured, int CellsNeverSeen, int TrainImages, int HeldOutImages, long TrainPairs, double PatchScale,
    KMeansFit KMeans, string? Objective, string Protocol, string CheckpointSha256)
{
    /// <summary>Most cells that are told one by one.</summary>
    public const int MostCells = 4_000;
}
