using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Runs;
using PatchSsl.Web.State;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

public sealed class RunSpectrumTests : DashboardContext
{
    public RunSpectrumTests() => RenderProviders();

    private static FeatureSpectrum Spectrum(long step, VectorKind vectors = VectorKind.Embedding, params double[] values) =>
        new(step, Samples.Noon, vectors, 128, 256, 41.25, [1, 2, 5], values.Length > 0 ? values : [4, 2, 1]);

    [Fact]
    public void Draws_the_newest_over_the_earlier_ones_in_both_spaces()
    {
        Server.Get("/api/v1/runs/run_1/spectrum", new RunSpectra([Spectrum(50), Spectrum(100), Spectrum(100, VectorKind.Projection), Spectrum(50, VectorKind.Projection)]));
        var panel = Open(100);
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindComponents<LineChart>().Count));
        var chart = panel.FindComponents<LineChart>()[0].Instance;
        Assert.Equal((XAxis.Log, true, "RankMe 41.25"), (chart.Axis, chart.LogY, chart.Value));
        Assert.Equal([("step 50", SeriesStyle.Faint), ("step 100", SeriesStyle.Line)], chart.Series.Select(s => (s.Name, s.Style)));
        Assert.Equal([1, 2, 5], chart.Series[1].X);
        Assert.All(panel.FindComponents<LineChart>()[1].Instance.Series, s => Assert.Equal("--projection", s.Color));
        Assert.Contains("drops off a cliff has collapsed", panel.Markup);
        Assert.Contains("Step 100, RankMe 41.25 of at most 128: 256 vectors of 128 values. Faint: 1\u00a0earlier step from 50 on.", panel.Find(".chart-caption").TextContent);
        var links = panel.FindAll("a").Select(a => a.GetAttribute("href"));
        Assert.Equal(["api/v1/runs/run_1/spectrum?raw=true", "api/v1/runs/run_1/spectrum?count=64"], links);
    }

    [Fact]
    public void Reads_again_when_there_is_a_newer_one()
    {
        Server.Get("/api/v1/runs/run_1/spectrum", new RunSpectra([Spectrum(50)]));
        var panel = Open(50);
        panel.WaitForAssertion(() => Assert.Contains("Step 50", panel.Markup));
        Server.Get("/api/v1/runs/run_1/spectrum", new RunSpectra([Spectrum(50), Spectrum(100)]));
        panel.Render(p => p.Add(r => r.MeasuredStep, 50L));
        Assert.Single(Server.Sent("GET", "/api/v1/runs/run_1/spectrum"));
        panel.Render(p => p.Add(r => r.MeasuredStep, 100L));
        panel.WaitForAssertion(() => Assert.Contains("Step 100", panel.Markup));
    }

    [Fact]
    public void Without_diagnostics_it_says_why_there_is_none_and_asks_nothing()
    {
        var panel = Open(null);
        Assert.Contains("The first comes with the first diagnostics.", panel.Markup);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public void A_failure_is_shown_and_tried_again()
    {
        Server.Refuse("GET", "/api/v1/runs/run_1/spectrum", 503, "Starting", "The database is being prepared.");
        var panel = Open(50);
        panel.WaitForAssertion(() => Assert.Contains("The database is being prepared.", panel.Find("[role=alert]").TextContent));
        Server.Get("/api/v1/runs/run_1/spectrum", new RunSpectra([Spectrum(50)]));
        panel.Find("[role=alert] button").Click();
        panel.WaitForAssertion(() => Assert.Contains("Step 50", panel.Markup));
    }

    [Fact]
    public void What_is_nothing_is_a_gap_on_a_logarithmic_axis()
    {
        var line = Assert.Single(SpectrumLines.Of([Spectrum(1, VectorKind.Embedding, 4, 1e-13, 0)])[0].Series);
        Assert.Equal([4, double.NaN, double.NaN], line.Y);
    }

    private IRenderedComponent<RunSpectrum> Open(long? step) =>
        Render<RunSpectrum>(p => p.Add(r => r.RunId, "run_1").Add(r => r.MeasuredStep, step).Add(r => r.Running, true));
}
