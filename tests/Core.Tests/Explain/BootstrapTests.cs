using PatchSsl.Core.Explain;

namespace PatchSsl.Core.Tests.Explain;

public sealed class BootstrapTests
{
    /// <summary>The interval that numpy finds with 100,000 resamples of another generator; 2,000 find its ends to a few hundredths of its width.</summary>
    [Fact]
    public void The_interval_is_that_of_many_resamples()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => Math.Sin(i * 1.7) + (i / 400.0))];
        var mean = Bootstrap.Mean(values, seed: 3)!.Value;
        Assert.Equal(.49844372839917045, mean.Mean, 1e-12);
        Assert.Equal(.424167, mean.Low, .007);
        Assert.Equal(.573278, mean.High, .007);
        Assert.Equal(400, mean.Count);
        Assert.Equal(mean, Bootstrap.Mean(values, seed: 3));
        Assert.NotEqual(mean, Bootstrap.Mean(values, seed: 4));
    }

    [Fact]
    public void Values_of_one_image_are_drawn_together()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => Math.Cos(i / 10 * 2.3) + (.1 * Math.Sin(i)))];
        var clustered = Bootstrap.Mean(values, [.. Enumerable.Range(0, 400).Select(i => i / 10)], seed: 3)!.Value;
        Assert.Equal(.016425513690362673, clustered.Mean, 1e-12);
        Assert.Equal(-.201592, clustered.Low, .03);
        Assert.Equal(.232855, clustered.High, .03);
        // As if they were 400 images, the interval would be a third as wide, and wrong.
        var apart = Bootstrap.Mean(values, seed: 3)!.Value;
        Assert.InRange((apart.High - apart.Low) / (clustered.High - clustered.Low), .25, .4);
    }

    [Fact]
    public void What_is_not_defined_is_left_out()
    {
        var mean = Bootstrap.Mean([1, double.NaN, 3, double.NaN], [7, 7, 2, 9], seed: 1)!.Value;
        Assert.Equal((2, 2), (mean.Mean, mean.Count));
        Assert.InRange(mean.Low, 1, 2);
        Assert.Null(Bootstrap.Mean([double.NaN], seed: 1));
    }

    [Theory]
    [InlineData(.1, .3, 1, ExpectationVerdict.AsExpected)]
    [InlineData(.1, .3, -1, ExpectationVerdict.Against)]
    [InlineData(-.3, -.1, -1, ExpectationVerdict.AsExpected)]
    [InlineData(-.1, .1, 1, ExpectationVerdict.Undecided)]
    [InlineData(0, .1, 1, ExpectationVerdict.Undecided)]
    [InlineData(.1, .3, 0, ExpectationVerdict.NoneStated)]
    public void The_interval_decides(double low, double high, int sign, ExpectationVerdict verdict) =>
        Assert.Equal(verdict, new Expectation(sign, new Estimate((low + high) / 2, low, high, 9)).Verdict);
}
