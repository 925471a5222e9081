using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>How patches are placed in an image.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CooccurrencePlacement>))]
public enum CooccurrencePlacement
{
    /// <summary>At random on whole pixels, by seed: the pairs that fixed-scale training sees.</summary>
    Random,

    /// <summary>On an even grid.</summary>
    Grid,
}

/// <param name="PatchesPerImage">2 to 64; a square number on a grid.</param>
/// <param name="Codes">Codes that k-means sorts patches into, 2 to 512.</param>
/// <param name="PixelSide">Side in pixels of the patches as k-means sees them, 2 to 16.</param>
/// <param name="Epsilon">Added to the eigenvalues before whitening, 0.0001 to 10; a standardised pixel's variance is 1.</param>
/// <param name="MinPairs">Pairs of codes with fewer pairs of patches to be expected are left out, 1 to 100,000.</param>
/// <param name="TrainImages">Most images pairs are counted on, 2 to 100,000.</param>
/// <param name="HeldOutImages">Most images products are measured on, 2 to 10,000, and at most 65,536 patches in all.</param>
public sealed record CooccurrenceOptions(
    int PatchesPerImage = 16, CooccurrencePlacement Placement = CooccurrencePlacement.Random, int Codes = 64, int PixelSide = 8, double Epsilon = 1,
    int MinPairs = 20, int TrainImages = 10_000, int HeldOutImages = 1_000);

/// <summary>What products are compared with.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CooccurrenceAgainst>))]
public enum CooccurrenceAgainst
{
    /// <summary>p(a,b) / (p(a) p(b)): the optimum of the spectral objective.</summary>
    Ratio,

    /// <summary>Its natural logarithm, pointwise mutual information: the optimum of SimCLR's.</summary>
    LogRatio,
}

/// <summary>Which pairs of codes take part.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CooccurrenceCells>))]
public enum CooccurrenceCells
{
    /// <summary>All that are kept.</summary>
    All,

    /// <summary>Of two different codes.</summary>
    Different,

    /// <summary>Of a code with itself.</summary>
    Same,
}

/// <summary>Whether a model's products follow which patch contents occur together.</summary>
/// <param name="Measures">Whose products the cells hold, in order.</param>
/// <param name="Codes">Each code, by number.</param>
/// <param name="Fits">Every measure against the ratio and its logarithm, over all cells, those of different codes and those of a code with itself.</param>
/// <param name="Cells">Cells kept, or 4,000 of them drawn by seed.</param>
/// <param name="CellsKept">Cells that the figures are of.</param>
/// <param name="CellsTooFew">Left out: fewer pairs to be expected than asked for.</param>
/// <param name="CellsUnmeasured">Left out: no two held-out images have these codes.</param>
/// <param name="CellsNeverSeen">Kept, though no pair was seen: ratio 0, and no logarithm.</param>
/// <param name="TrainPairs">Pairs counted.</param>
/// <param name="PatchScale">Share of the image's area that a patch covers.</param>
/// <param name="ExplainedVariance">Share of the whitened pixels' variance that lies between the codes, 0 to 1.</param>
/// <param name="Iterations">Of k-means.</param>
/// <param name="EmptyCodes">Centres that k-means lost on the way and put elsewhere.</param>
/// <param name="Objective">What the model was trained with; null for an imported one.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record CooccurrenceReport(
    IReadOnlyList<CooccurrenceMeasure> Measures, IReadOnlyList<CooccurrenceCode> Codes, IReadOnlyList<CooccurrenceFit> Fits,
    IReadOnlyList<CooccurrenceCell> Cells, int CellsKept, int CellsTooFew, int CellsUnmeasured, int CellsNeverSeen, int TrainImages, int HeldOutImages,
    long TrainPairs, double PatchScale, double ExplainedVariance, int Iterations, int EmptyCodes, string? Objective, string Protocol);

/// <param name="Unit">True for vectors scaled to length 1, so that products are cosines; false for vectors as they are.</param>
public sealed record CooccurrenceMeasure(VectorKind Vectors, bool Unit);

/// <param name="TrainPatches">Training patches of this code.</param>
/// <param name="HeldOutPatches">Held-out patches of this code.</param>
/// <param name="Examples">Training patches nearest to the centre, of different images, nearest first.</param>
public sealed record CooccurrenceCode(long TrainPatches, long HeldOutPatches, IReadOnlyList<PatchExample> Examples);

/// <summary>A patch of an image of the dataset.</summary>
public sealed record PatchExample(string ImageId, Box Box);

/// <summary>How a measure's products follow the ratio, or its logarithm.</summary>
/// <param name="Measure">Place among the measures.</param>
/// <param name="Count">Cells that take part.</param>
/// <param name="Measured">Intervals: 95 %, 1.96 standard deviations of the bootstrap over held-out images on either side.</param>
/// <param name="Control">Against ratios counted after patches were shuffled over images: average of 20 shuffles and their 95 % range.</param>
public sealed record CooccurrenceFit(
    int Measure, CooccurrenceAgainst Against, CooccurrenceCells Cells, int Count, CooccurrenceFigures Measured, CooccurrenceFigures Control);

/// <param name="RSquared">Weighted by expected pairs, 0 to 1.</param>
/// <param name="Slope">Product for each unit of the ratio, or of its logarithm.</param>
/// <param name="Intercept">Product at 0.</param>
/// <param name="Spearman">Rank correlation, -1 to 1, not weighted.</param>
public sealed record CooccurrenceFigures(FigureEstimate RSquared, FigureEstimate Slope, FigureEstimate Intercept, FigureEstimate Spearman);

/// <summary>A figure and its interval; null where there are fewer than three cells or they do not differ.</summary>
public sealed record FigureEstimate(double? Value, double? Low, double? High);

/// <summary>A pair of codes, a ≤ b.</summary>
/// <param name="Observed">Pairs of patches of one training image with these codes.</param>
/// <param name="Expected">Pairs there would be if codes were independent.</param>
/// <param name="Ratio">p(a,b) / (p(a) p(b)), observed over expected.</param>
/// <param name="ControlRatio">The same after one shuffle of patches over images.</param>
/// <param name="Products">For each measure: mean product of held-out patches of different images with these codes.</param>
/// <param name="SameImage">For each measure: of different patches of one held-out image; null where no image has both.</param>
public sealed record CooccurrenceCell(
    int A, int B, long Observed, double Expected, double Ratio, double ControlRatio, IReadOnlyList<double> Products, IReadOnlyList<double?> SameImage);
