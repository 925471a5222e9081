namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>How mean products follow a ratio over cells: a weighted straight line, and agreement of the orders.</summary>
/// <param name="RSquared">Weighted: the squared weighted correlation, 0 to 1.</param>
/// <param name="Slope">Of the product on the ratio.</param>
/// <param name="Intercept">Product where the ratio is 0.</param>
/// <param name="Spearman">Correlation of the ranks, not weighted; ties share their average rank.</param>
internal readonly record struct CellFit(double RSquared, double Slope, double Intercept, double Spearman)
{
    /// <summary>Fewer cells than this are no relation.</summary>
    public const int FewestCells = 3;

    /// <param name="x">Ratios.</param>
    /// <param name="y">Mean products.</param>
    /// <param name="weights">Expected pairs, above 0.</param>
    /// <returns>NaN in what cannot be told: fewer than three cells, or no spread.</returns>
    public static CellFit Of(double[] x, double[] y, double[] weights)
    {
        if (x.Length < FewestCells || x.Min() == x.Max() || y.Min() == y.Max()) return new(double.NaN, double.NaN, double.NaN, double.NaN);
        var total = weights.Sum();
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xx += weights[i] * dx * dx;
            xy += weights[i] * dx * dy;
            yy += weights[i] * dy * dy;
        }
        var slope = xy / xx;
        return new(xy * xy / (xx * yy), slope, meanY - (slope * meanX), Correlation(Ranks(x), Ranks(y)));

        double Mean(double[] values)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++) sum += weights[i] * values[i];
            return sum / total;
        }
    }

    /// <summary>Ranks from 1, ties sharing their average.</summary>
    public static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var (first, next) = (0, 0); first < order.Length; first = next)
        {
            while (next < order.Length && values[order[next]] == values[order[first]]) next++;
            for (var i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2.0;
        }
        return ranks;
    }

    private static double Correlation(double[] x, double[] y)
    {
        var mean = (x.Length + 1) / 2.0;
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xx += (x[i] - mean) * (x[i] - mean);
            xy += (x[i] - mean) * (y[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.Sqrt(xx * yy);
    }
}
