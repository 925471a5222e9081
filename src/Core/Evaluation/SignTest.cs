namespace PatchSsl.Core.Evaluation;

/// <summary>Whether one of two classifiers, asked the same images, is right more often than chance would have it.</summary>
public static class SignTest
{
    /// <summary>Below this it is taken to be no chance.</summary>
    public const double Level = .05;

    /// <summary>
    /// Two-sided p of McNemar's test in its exact form: images on which both do equally well say nothing, and of the others each favours either with
    /// probability one half (McNemar 1947; the sign test).
    /// </summary>
    /// <param name="better">Images on which the first does better, 0 or more.</param>
    /// <param name="worse">Images on which the second does, 0 or more.</param>
    /// <returns>0 to 1; 1 where they never differ.</returns>
    public static double PValue(int better, int worse)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(better);
        ArgumentOutOfRangeException.ThrowIfNegative(worse);
        var (n, fewer) = (better + worse, Math.Min(better, worse));
        // Of the binomial's terms only logarithms are kept: 2^-n itself is 0 from a thousand images on.
        var (log, tail) = (-n * Math.Log(2), 0.0);
        for (var k = 0; k <= fewer; k++)
        {
            tail += Math.Exp(log);
            log += Math.Log(n - k) - Math.Log(k + 1);
        }
        return Math.Min(1, 2 * tail);
    }
}
