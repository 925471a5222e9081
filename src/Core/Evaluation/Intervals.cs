namespace PatchSsl.Core.Evaluation;

/// <summary>A difference with its 95 % confidence interval.</summary>
public readonly record struct Interval(double Difference, double Low, double High);

/// <summary>Confidence intervals of shares, and of differences of two figures that are treated as independent.</summary>
/// <remarks>
/// Figures of the same test images rise and fall together, so that the true interval is no wider: a verdict reached here stands. What another
/// training run would change is no part of it.
/// </remarks>
public static class Intervals
{
    /// <summary>Normal quantile of 95 %, two-sided.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Where a share may lie that was counted in so many independent images (Wilson 1927): 0 to 1, and never empty at 0 and 1.</summary>
    /// <param name="share">0 to 1; the mean over several classifiers' is taken as if one had been right as often.</param>
    /// <param name="images">1 or more.</param>
    public static (double Low, double High) OfShare(double share, int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        var (n, z2) = ((double)images, Z * Z);
        var centre = (share + (z2 / (2 * n))) / (1 + (z2 / n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (z2 / (4 * n * n))) / (1 + (z2 / n));
        // Rounding must not put an end on the wrong side of a share of 0 or 1.
        return (Math.Clamp(centre - half, 0, share), Math.Clamp(centre + half, share, 1));
    }

    /// <summary>First share less second, each of its number of images.</summary>
    /// <remarks>
    /// Normal interval after adding one right and one wrong answer to each (Agresti and Caffo 2000): unlike the plain one it keeps its width
    /// near 0 and 1.
    /// </remarks>
    public static Interval OfShares(double first, int firstImages, double second, int secondImages)
    {
        var (p, q) = (Adjusted(first, firstImages), Adjusted(second, secondImages));
        var half = Z * Math.Sqrt((p * (1 - p) / (firstImages + 2)) + (q * (1 - q) / (secondImages + 2)));
        return new Interval(first - second, Math.Max(-1, p - q - half), Math.Min(1, p - q + half));
    }

    /// <summary>First mean less second, from standard deviations over as many images.</summary>
    public static Interval OfMeans(double first, double firstDeviation, double second, double secondDeviation, int images)
    {
        var half = Z * Math.Sqrt(((firstDeviation * firstDeviation) + (secondDeviation * secondDeviation)) / Math.Max(1, images));
        return new Interval(first - second, first - second - half, first - second + half);
    }

    private static double Adjusted(double share, int images) => ((share * images) + 1) / (images + 2);
}
