namespace PatchSsl.Web.State;

/// <summary>Exponential average of a curve.</summary>
public static class Smoothing
{
    /// <summary>
    /// Average that forgets by <paramref name="weight"/> (0 none, below 1) a point, divided by the weight it has seen so far:
    /// without that a curve would start at zero. Values that are no number stay and are not averaged in.
    /// </summary>
    public static double[] Average(IReadOnlyList<double> values, double weight)
    {
        var smooth = new double[values.Count];
        double sum = 0, seen = 0;
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                smooth[i] = values[i];
                continue;
            }
            sum = weight * sum + (1 - weight) * values[i];
            seen = weight * seen + (1 - weight);
            smooth[i] = sum / seen;
        }
        return smooth;
    }
}
