namespace PatchSsl.Api.Comparisons;

/// <summary>A difference with its 95 % confidence interval.</summary>
public readonly record struct Interval(double Difference, double Low, double High);

/// <summary>Confidence intervals of differences. Both treat the two figures as independent.</summary>
/// <remarks>
/// Figures of the same test images rise and fall together, so that the true interval is no wider: a verdict reached here stands. What another
/// training run would change is no part of it.
/// </remarks>
public static class Intervals
{
    /// <summary>Normal quantile of 95 %, two-sided.</summary>
    private const double Z = 1.959963984540054;

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
