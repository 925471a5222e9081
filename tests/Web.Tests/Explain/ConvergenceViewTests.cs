using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Explain;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class ConvergenceViewTests : DashboardContext
{
    private static CosineSpread Spread(double mean) => new(mean, mean - .01, mean + .01, .05, mean - .2, mean - .1, mean, mean + .1, mean + .2);

    private static ConvergencePoint Point(int n, double mean) => new(n, Spread(mean), Spread(mean - .3), Spread(mean - .05), Spread(-.1), Spread(mean + .05));

    private static ConvergenceReport Report { get; } = new(200, 10_000, "test",
    [
        new ConvergenceCurve(
            VectorKind.Embedding, 64, [Point(1, .5), Point(16, .7), Point(256, .9)],
            new ExpectedDifference(1, new(.4, .35, .45, 200), ExpectationOutcome.AsExpected), new ExpectedDifference(1, new(.01, -.02, .04, 200), ExpectationOutcome.Undecided), 0),
    ], "All of it.");

    [Fact]
    public void Curve_band_and_control_are_drawn_and_the_toggle_changes_all_of_them()
    {
        var view = Render<ConvergenceView>(p => p.Add(v => v.Report, Report));
        var chart = view.FindComponent<LineChart>();
        Assert.Equal(["h, own image", "h, another image"], chart.Instance.Series.Select(s => s.Name));
        Assert.Equal([.5, .7, .9], chart.Instance.Series[0].Y);
        Assert.Equal([.4, .6, .8], chart.Instance.Series[0].Low!.Select(v => Math.Round(v, 9)));
        Assert.Equal([1, 16, 256], chart.Instance.Ticks!);
        Assert.Equal(XAxis.Log, chart.Instance.Axis);
        Assert.Contains("200 of 10,000 images of split test", view.Markup);
        Assert.Equal(["as expected", "undecided"], view.FindAll(".verdict").Select(v => v.TextContent));

        view.FindAll(".mud-toggle-item")[2].Click();
        view.WaitForAssertion(() =>
        {
            Assert.Equal(["h, largest bag"], view.FindComponent<LineChart>().Instance.Series.Select(s => s.Name));
            Assert.Contains("0.950", view.FindAll("tbody")[^1].TextContent);
        });
        view.FindAll(".mud-toggle-item")[1].Click();
        view.WaitForAssertion(() => Assert.Equal([-.1, -.1, -.1], view.FindComponent<LineChart>().Instance.Series[1].Y));
    }
}
