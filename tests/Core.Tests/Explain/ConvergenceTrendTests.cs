using PatchSsl.Core.Explain;
using PatchSsl.Core.Explain.Convergence;

namespace PatchSsl.Core.Tests.Explain;

/// <summary>Curves made by hand, one for each verdict.</summary>
public sealed class ConvergenceTrendTests
{
    private const int Images = 40;
    private static readonly int[] Counts = [1, 4, 16, 64, 256];

    [Fact]
    public void A_curve_that_rises_all_the_way_is_as_expected()
    {
        var trend = Of([.50, .60, .70, .80, .90]);
        Assert.Equal((ExpectationVerdict.AsExpected, 256), (trend.Verdict, trend.Peak));
        Assert.Equal(.05, trend.Slope.Difference.Mean, 1e-3); // .1 a fourfold, which is two doublings
        Assert.Equal((0, 0, 0), (trend.Fall.Mean, trend.Fall.Low, trend.Fall.High));
    }

    [Fact]
    public void A_curve_that_falls_all_the_way_is_against()
    {
        var trend = Of([.90, .88, .86, .84, .82]);
        Assert.Equal((ExpectationVerdict.Against, 1), (trend.Verdict, trend.Peak));
        Assert.True(trend.Slope.Difference.High < 0);
    }

    /// <summary>As the demo's: far higher at the end than at the beginning, and falling over almost all of its length.</summary>
    [Fact]
    public void A_curve_that_falls_from_an_early_maximum_rises_once_then_falls_though_its_ends_rise()
    {
        var trend = Of([.800, .884, .878, .870, .863]);
        Assert.Equal((ExpectationVerdict.RisesThenFalls, 4), (trend.Verdict, trend.Peak));
        Assert.True(trend.Rise.Low > 0 && trend.Fall.High < 0);
    }

    [Fact]
    public void A_ripple_at_the_end_of_a_long_rise_is_not_held_against_it()
    {
        var trend = Of([.50, .70, .80, .90, .89]);
        Assert.True(trend.Fall.High < 0, "The fall is beyond doubt, and yet small beside the rise.");
        Assert.Equal(ExpectationVerdict.AsExpected, trend.Verdict);
    }

    [Fact]
    public void A_ripple_at_the_beginning_of_a_long_fall_does_not_help_it()
    {
        var trend = Of([.89, .90, .80, .70, .50]);
        Assert.True(trend.Rise.Low > 0);
        Assert.Equal(ExpectationVerdict.Against, trend.Verdict);
    }

    [Fact]
    public void A_flat_curve_whose_images_differ_is_undecided()
    {
        var trend = Of([.80, .80, .80, .80, .80], tilt: .1);
        Assert.Equal(ExpectationVerdict.Undecided, trend.Verdict);
        Assert.True(trend.Slope.Difference is { Low: < 0, High: > 0 });
    }

    /// <summary>The maximum of noise is no maximum: what is chosen by looking needs a wider interval than one that was named beforehand.</summary>
    [Fact]
    public void Intervals_around_a_peak_that_was_chosen_are_wider_than_those_of_one_that_was_named()
    {
        var curve = Curve([.800, .884, .878, .870, .863], 0);
        var trend = ConvergenceTrend.Of(Counts, curve, seed: 1);
        var named = Cosines.Difference(curve[^1], curve[1], seed: 1);
        Assert.True(trend.Fall.Low < named.Low && trend.Fall.High > named.High);
        Assert.Equal(named.Mean, trend.Fall.Mean, 1e-12);
    }

    private static ConvergenceTrend Of(double[] means, double tilt = 0) => ConvergenceTrend.Of(Counts, Curve(means, tilt), seed: 1);

    /// <summary>Images lie evenly around the means.</summary>
    /// <param name="tilt">How far they turn against each other: half of them rise, half fall.</param>
    private static double[][] Curve(double[] means, double tilt) => [.. means.Select((mean, k) => Enumerable.Range(0, Images)
        .Select(i => mean + (.02 * Math.Sin((i * 2.3) + k)) + (tilt * (i % 2 == 0 ? 1 : -1) * (k - 2) / 2)).ToArray())];
}
