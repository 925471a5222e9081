using System.Runtime.InteropServices;
using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Runs;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

/// <summary>What crosses from .NET to the charts' script: counted, since that is what an update costs before anything is drawn.</summary>
public sealed class LiveChartTests : DashboardContext
{
    private const int Points = 1_500;
    private static readonly string[] Metrics = ["loss", "invariance", "variance", "covariance", "learningRate", "gradientNorm"];
    private readonly BunitJSModuleInterop _script;

    public LiveChartTests()
    {
        _script = JSInterop.SetupModule("./js/chart.js");
        _script.Mode = JSRuntimeMode.Loose;
        RenderProviders();
        Server.Get("/api/v1/runs/run_1", Samples.Detail(Samples.Run()));
        Server.Get("/api/v1/runs/run_1/metrics", new RunMetrics(
            [.. Metrics.Select(name => new MetricSeries(name, [.. Enumerable.Range(1, Points).Select(step => Samples.Bucket(step, step))]))], Points * Metrics.Length));
        Server.Get("/api/v1/runs/run_1/checkpoints", FakeServer.Page<Checkpoint>());
        Server.Get("/api/v1/runs/run_1/log", FakeServer.Page<LogLine>());
    }

    [Fact]
    public async Task A_live_point_crosses_alone()
    {
        var page = await OpenAsync();
        Assert.All(Draws, draw => Assert.Equal(Points * 2 * sizeof(double), Bytes(draw).Length));

        Hub.Send("run_1", [.. Metrics.Select((name, i) => Samples.Point(Points * Metrics.Length + 1 + i, Points + 1, -1, name))]);
        await DrawnAsync(page, c => c.X.Count == Points + 1);
        Assert.Equal(2 * Metrics.Length, Draws.Count);
        foreach (var draw in Draws.Skip(Metrics.Length))
        {
            Assert.Equal([Points + 1, -1], MemoryMarshal.Cast<byte, double>(Bytes(draw)).ToArray());
            Assert.Equal((Points, Points + 1), Assert.Single(Spec(draw).Series.Select(s => (s.Keep, s.Length))));
        }
    }

    [Fact]
    public async Task A_changed_view_is_sent_whole()
    {
        var page = await OpenAsync();
        page.Find("#smooth").Input("0.5");
        await DrawnAsync(page, c => c.Faint is not null);
        Assert.Equal(2 * Metrics.Length, Draws.Count);
        Assert.All(Draws.Skip(Metrics.Length), draw => Assert.Equal(Points * 3 * sizeof(double), Bytes(draw).Length));
    }

    private List<JSRuntimeInvocation> Draws => [.. _script.Invocations["draw"]];

    private async Task<IRenderedComponent<RunPage>> OpenAsync()
    {
        var page = Render<RunPage>(p => p.Add(r => r.Id, "run_1"));
        page.WaitForAssertion(() => Assert.Equal(Metrics.Length, page.FindComponents<LineChart>().Count));
        page.WaitForAssertion(() => Assert.NotEmpty(Hub.Subscriptions));
        await DrawnAsync(page, c => c.X.Count == Points);
        return page;
    }

    /// <summary>Charts draw after they have rendered: what was asked for is done once the dispatcher has a turn for us.</summary>
    private static Task DrawnAsync(IRenderedComponent<RunPage> page, Predicate<ChartSeries> wanted)
    {
        page.WaitForAssertion(() => Assert.All(page.FindComponents<LineChart>(), chart => Assert.True(wanted(Assert.Single(chart.Instance.Series)))));
        return page.InvokeAsync(() => { });
    }

    private static ChartSpec Spec(JSRuntimeInvocation draw) => Assert.IsType<ChartSpec>(draw.Arguments[2]);

    private static byte[] Bytes(JSRuntimeInvocation draw) => Assert.IsType<byte[]>(draw.Arguments[3]);
}
