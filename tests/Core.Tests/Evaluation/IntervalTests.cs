using PatchSsl.Core.Evaluation;

namespace PatchSsl.Core.Tests.Evaluation;

/// <summary>Where a share may lie, and whether two classifiers differ: against figures worked out by hand or by scipy.</summary>
public sealed class IntervalTests
{
    /// <summary>scipy.stats.binomtest(k, n).proportion_ci(.95, "wilson")</summary>
    [Theory]
    [InlineData(13, 24, .3507, .7211)]
    [InlineData(0, 10, 0, .2775)]
    [InlineData(10, 10, .7225, 1)]
    [InlineData(200, 400, .4512, .5488)]
    public void Wilson_is_as_published(int right, int images, double low, double high)
    {
        var found = Intervals.OfShare((double)right / images, images);
        Assert.Equal(low, found.Low, 1e-4);
        Assert.Equal(high, found.High, 1e-4);
    }

    /// <summary>2 · P(X ≤ fewer), X binomial of (better + worse, ½).</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(10, 0, 2.0 / 1024)]
    [InlineData(0, 10, 2.0 / 1024)]
    [InlineData(8, 2, 2.0 * (1 + 10 + 45) / 1024)]
    [InlineData(6, 0, 2.0 / 64)]
    [InlineData(5, 0, 2.0 / 32)]
    public void McNemars_exact_test_counts_the_images_on_which_they_differ(int better, int worse, double p) =>
        Assert.Equal(p, SignTest.PValue(better, worse), 1e-12);

    [Fact]
    public void It_holds_for_more_images_than_a_power_of_two_fits()
    {
        // 2^-5000 is 0 in float64. By the normal distribution: z = 200 / √5000 = 2.828, two-sided .00468, .00490 with the correction for steps.
        Assert.InRange(SignTest.PValue(2_600, 2_400), .0045, .0051);
        Assert.Equal(1, SignTest.PValue(2_500, 2_500));
        Assert.InRange(SignTest.PValue(5_000, 0), 0, 1e-300);
    }
}
