using PatchSsl.Core.Models;

namespace PatchSsl.Core.Explain.Convergence;

/// <summary>Cosines of one vector an image with another, and their spread. Sums are float64.</summary>
internal static class Cosines
{
    /// <summary>Cosine of row i of <paramref name="left"/> and row <paramref name="partner"/>(i) of <paramref name="right"/>; 0 where one is zero.</summary>
    /// <param name="left">(n, dim), row-major.</param>
    /// <param name="right">(n, dim), row-major.</param>
    /// <param name="offset">Taken off both; empty for none.</param>
    public static double[] Of(float[] left, float[] right, int dim, Func<int, int> partner, double[] offset)
    {
        var cosines = new double[left.Length / dim];
        for (var i = 0; i < cosines.Length; i++)
        {
            var a = left.AsSpan(i * dim, dim);
            var b = right.AsSpan(partner(i) * dim, dim);
            var (product, squaresA, squaresB) = (0.0, 0.0, 0.0);
            for (var d = 0; d < dim; d++)
            {
                var less = offset.Length == 0 ? 0 : offset[d];
                var (x, y) = (a[d] - less, b[d] - less);
                product += x * y;
                squaresA += x * x;
                squaresB += y * y;
            }
            cosines[i] = squaresA == 0 || squaresB == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
        }
        return cosines;
    }

    /// <summary>Average row.</summary>
    /// <param name="rows">(n, dim), row-major.</param>
    public static double[] Mean(float[] rows, int dim)
    {
        var mean = new double[dim];
        for (var i = 0; i < rows.Length; i++) mean[i % dim] += rows[i];
        for (var d = 0; d < dim; d++) mean[d] /= rows.Length / dim;
        return mean;
    }

    /// <param name="values">One an image, two at least.</param>
    public static Spread Spread(double[] values, long seed)
    {
        var mean = Bootstrap.Mean(values, seed)!.Value;
        double[] sorted = [.. values.Order()];
        var deviation = Math.Sqrt(values.Sum(v => (v - mean.Mean) * (v - mean.Mean)) / (values.Length - 1));
        return new Spread(
            mean, deviation, Quantiles.Of(sorted, .05), Quantiles.Of(sorted, .25), Quantiles.Of(sorted, .5), Quantiles.Of(sorted, .75), Quantiles.Of(sorted, .95));
    }

    /// <summary>Mean of the differences, image by image, that is expected to be above 0.</summary>
    public static Expectation Above(double[] values, double[] others, long seed) => new(1, Difference(values, others, seed));

    /// <summary>Mean of the differences, image by image.</summary>
    /// <param name="confidence">Of the interval.</param>
    public static Estimate Difference(double[] values, double[] others, long seed, double confidence = Bootstrap.Confidence) =>
        Bootstrap.Mean([.. values.Zip(others, (v, o) => v - o)], seed, confidence)!.Value;

    /// <summary>The curve of one space.</summary>
    /// <param name="whole">(n, dim): every image's whole vector.</param>
    /// <param name="bag">(n, dim): every image's average of the vectors of so many patches.</param>
    /// <param name="others">Another image for each.</param>
    public static ConvergenceCurve Curve(
        VectorSpace space, int dim, IReadOnlyList<int> counts, float[] whole, Func<int, float[]> bag, int[] others, long seed)
    {
        var (mean, largest) = (Mean(whole, dim), bag(counts[^1]));
        var points = new List<ConvergencePoint>();
        var own = new List<double[]>();
        double[] lastOwn = [], lastOther = [];
        foreach (var n in counts)
        {
            var bags = n == counts[^1] ? largest : bag(n);
            own.Add(Of(bags, whole, dim, i => i, []));
            lastOwn = Of(bags, whole, dim, i => i, mean);
            lastOther = Of(bags, whole, dim, i => others[i], mean);
            points.Add(new ConvergencePoint(
                n, Spread(own[^1], seed), Spread(Of(bags, whole, dim, i => others[i], []), seed), Spread(lastOwn, seed), Spread(lastOther, seed),
                Spread(Of(bags, largest, dim, i => i, []), seed)));
        }
        var falls = points.Zip(points.Skip(1)).Count(p => p.Second.Cosine.Mean.Mean < p.First.Cosine.Mean.Mean);
        return new ConvergenceCurve(
            space, dim, points, ConvergenceTrend.Of(counts, own, seed), Difference(own[^1], own[0], seed), Above(lastOwn, lastOther, seed), falls);
    }
}
