namespace PatchSsl.Core.Explain.Convergence;

/// <summary>Whether a curve of cosines rises with the number of patches n, judged on all of it and not on its ends alone.</summary>
/// <remarks>
/// <code>
/// cosines of an image by n ─┬─ least-squares slope over log2 n ─ mean over images, 95 % interval: rises, falls or neither
///                           └─ at the n with the highest mean ─┬─ less that at the smallest n: the rise
///                                                              └─ that at the largest n less it: the fall
/// </code>
/// The maximum is chosen among all n by looking, so the intervals of rise and fall share their doubt among them (Bonferroni): 95 % for
/// whichever n was chosen.
/// </remarks>
/// <param name="Slope">Cosine a doubling of n: expected above 0.</param>
/// <param name="Peak">n with the highest mean cosine.</param>
/// <param name="Rise">From the smallest n to the peak; 0 where the peak is the smallest.</param>
/// <param name="Fall">From the peak to the largest n: 0 or below.</param>
public sealed record ConvergenceTrend(Expectation Slope, int Peak, Estimate Rise, Estimate Fall)
{
    /// <summary>A rise or fall below this share of the other is a ripple: the slope alone decides then.</summary>
    public const double Ripple = .1;

    /// <summary>Rises then falls where both are beyond doubt and neither is a ripple; otherwise what the slope's interval says.</summary>
    public ExpectationVerdict Verdict =>
        Rise.Low > 0 && Fall.High < 0 && Math.Min(Rise.Mean, -Fall.Mean) >= Ripple * Math.Max(Rise.Mean, -Fall.Mean)
            ? ExpectationVerdict.RisesThenFalls
            : Slope.Verdict;

    /// <param name="counts">n, ascending, two at least.</param>
    /// <param name="cosines">For each n the cosine of every image, images in one order.</param>
    /// <param name="seed">Of the bootstrap over images.</param>
    internal static ConvergenceTrend Of(IReadOnlyList<int> counts, IReadOnlyList<double[]> cosines, long seed)
    {
        double[] x = [.. counts.Select(n => Math.Log2(n))];
        var (centre, peak) = (x.Average(), 0);
        var squares = x.Sum(v => (v - centre) * (v - centre));
        var slopes = new double[cosines[0].Length];
        for (var k = 0; k < x.Length; k++)
        {
            for (var i = 0; i < slopes.Length; i++) slopes[i] += (x[k] - centre) / squares * cosines[k][i];
            if (cosines[k].Average() > cosines[peak].Average()) peak = k;
        }
        var shared = 1 - ((1 - Bootstrap.Confidence) / (x.Length - 1));
        return new ConvergenceTrend(
            new Expectation(1, Bootstrap.Mean(slopes, seed)!.Value), counts[peak],
            Cosines.Difference(cosines[peak], cosines[0], seed, shared), Cosines.Difference(cosines[^1], cosines[peak], seed, shared));
    }
}
