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
            new ExpectedDifference(0, new(.4, .35, .45, 200), ExpectationOutcome.NoneStated),
            new ExpectedDifference(1, new(.01, -.02, .04, 200), ExpectationOutcome.Undecided), 0,
            new ConvergenceTrend(new(.05, .04, .06, 200), 256, new(.4, .35, .45, 200), new(0, 0, 0, 200), ExpectationOutcome.AsExpected)),
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

    [Fact]
    public void A_curve_that_falls_from_its_maximum_says_so_and_where()
    {
        var trend = new ConvergenceTrend(new(.008, .006, .01, 200), 4, new(.084, .08, .09, 200), new(-.021, -.03, -.01, 200), ExpectationOutcome.RisesThenFalls);
        var view = Render<ConvergenceView>(p => p.Add(v => v.Report, Of([Point(1, .8), Point(4, .884), Point(256, .863)], 1, trend)));
        Assert.Equal("rises once, then falls", view.FindAll(".verdict")[0].TextContent);
        var row = view.FindAll("tbody tr")[0].TextContent.Replace('\u00a0', ' ');
        Assert.Contains("0.800 with 1 patch, highest 0.884 with 4 patches, 0.863 with 256 patches; falling at 1 step of 2", row);
        Assert.Contains("+0.008 a doubling", row);
    }

    [Fact]
    public void A_report_of_an_earlier_version_says_that_it_compared_the_ends_alone()
    {
        var view = Render<ConvergenceView>(p => p.Add(v => v.Report, Of([Point(1, .8), Point(4, .884), Point(256, .863)], 1, null)));
        Assert.Contains("ends alone", view.Markup);
        Assert.Single(view.FindAll(".verdict"));
    }

    private static ConvergenceReport Of(IReadOnlyList<ConvergencePoint> points, int falls, ConvergenceTrend? trend)
    {
        var curve = Report.Curves[0];
        return Report with { Curves = [curve with { Points = points, Falls = falls, Trend = trend }] };
    }
}
