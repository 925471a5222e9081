using PatchSsl.Core.Models;

namespace PatchSsl.Core.Explain.Convergence;

/// <summary>How cosines spread over the images.</summary>
/// <param name="Mean">With its bootstrap interval.</param>
/// <param name="Deviation">Sample standard deviation.</param>
/// <param name="P5">5 % of the images lie below.</param>
/// <param name="Q1">Lower quartile.</param>
/// <param name="Q3">Upper quartile.</param>
/// <param name="P95">5 % of the images lie above.</param>
public sealed record Spread(Estimate Mean, double Deviation, double P5, double Q1, double Median, double Q3, double P95);

/// <summary>Cosines of the bags of n patches.</summary>
/// <param name="Patches">n.</param>
/// <param name="Cosine">With the image's own whole vector.</param>
/// <param name="Other">Control: with another image's whole vector. As high as <paramref name="Cosine"/>, it says that all vectors lie in one narrow cone.</param>
/// <param name="Centred">As <paramref name="Cosine"/>, after the mean whole-image vector was taken off both.</param>
/// <param name="CentredOther">As <paramref name="Other"/>, after the mean whole-image vector was taken off both.</param>
/// <param name="Largest">With the image's own largest bag: 1 for the largest itself.</param>
public sealed record ConvergencePoint(int Patches, Spread Cosine, Spread Other, Spread Centred, Spread CentredOther, Spread Largest);

/// <summary>The curve of one space.</summary>
/// <param name="Points">By n, ascending.</param>
/// <param name="Trend">Whether the cosine with the whole image rises with n: expected.</param>
/// <param name="Rise">Cosine with the whole image, largest bag less smallest; the verdict is the trend's, since what lies between counts too.</param>
/// <param name="Own">At the largest bag, centred cosine with the own image less that with another: expected above 0.</param>
/// <param name="Falls">Steps from one n to the next at which the mean cosine falls.</param>
public sealed record ConvergenceCurve(
    VectorSpace Vectors, int Dim, IReadOnlyList<ConvergencePoint> Points, ConvergenceTrend Trend, Estimate Rise, Expectation Own, int Falls);

/// <summary>A finished report.</summary>
/// <param name="Images">Images measured.</param>
/// <param name="ImagesFrom">Images there were to choose from.</param>
/// <param name="Split">The split they come from; null for the whole dataset.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
/// <param name="CheckpointSha256">Hash of the checkpoint file.</param>
public sealed record ConvergenceResult(
    int Images, int ImagesFrom, string? Split, IReadOnlyList<ConvergenceCurve> Curves, string Protocol, string CheckpointSha256);
