namespace PatchSsl.Core.Explain;

/// <summary>Quantiles by linear interpolation between order statistics: type 7 of Hyndman and Fan (1996), numpy's default.</summary>
public static class Quantiles
{
    /// <param name="sorted">Ascending, one value at least.</param>
    /// <param name="share">0 to 1.</param>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
