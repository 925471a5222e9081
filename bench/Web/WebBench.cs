using System.Diagnostics;
using Microsoft.Playwright;

namespace PatchSsl.Bench;

/// <summary>The published dashboard in a browser: what its first visit transfers, and how fast a live run's charts follow.</summary>
internal static class WebBench
{
    private const int Points = 2000, Metrics = 6;

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var data = folder.CreateSubdirectory("data").FullName;
            using var server = RunningServer.Start(ServerBuild.Published(options, Path.Combine(folder.FullName, "server")), data, "/health/live");
            return MeasureAsync(server.Http.BaseAddress!, options.Int("updates", 60), options.Text("screenshots")).GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Report> MeasureAsync(Uri server, int updates, string? screenshots)
    {
        await using var browser = await BenchBrowser.StartAsync();
        var (first, usable) = await VisitAsync(browser, server);
        var (second, _) = await VisitAsync(browser, server);
        var (initial, times) = await UpdatesAsync(server, updates, screenshots);
        double Part(params string[] words) => first.Where(f => words.Any(w => new Uri(f.Key).AbsolutePath.Contains(w, StringComparison.Ordinal))).Sum(f => f.Value) / 1e6;
        double At(int column, double share) => times.Select(t => t[column]).Order().ElementAt((int)(share * (times.Count - 1)));
        return new Report("web",
        [
            new Figure("first visit, transferred", "MB", first.Values.Sum() / 1e6, Better.Lower) { Goal = Goal.AtMost(6) },
            new Figure("of it the runtime (dotnet.native)", "MB", Part("/dotnet."), Better.Lower),
            new Figure("of it assemblies", "MB", Part(".wasm") - Part(".native"), Better.Lower),
            new Figure("of it styles and scripts", "MB", Part(".css", "/js/", "MudBlazor.min.js"), Better.Lower),
            new Figure("of it the chart library", "MB", Part("plotly"), Better.Lower),
            new Figure("second visit, transferred", "MB", second.Values.Sum() / 1e6, Better.Lower),
            new Figure("first visit to a usable page", "s", usable, Better.Lower),
            new Figure($"first draw of {Metrics} charts of {Points:N0} points, page load included", "s", initial, Better.Lower),
            new Figure("a live point to its chart: the slowest chart's script, median", "ms", At(2, .5), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure("the same, 95th percentile", "ms", At(2, .95), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure($"all {Metrics} charts' scripts, median", "ms", At(1, .5), Better.Lower),
            new Figure($"message to the last of {Metrics} charts drawn, median", "ms", At(0, .5), Better.Lower),
        ])
        {
            Setting = new Dictionary<string, object> { ["points"] = Points, ["metrics"] = Metrics, ["updates"] = updates },
            Notes = browser.Complaints.Count == 0 ? [] : [$"The page complained: {string.Join("; ", browser.Complaints)}"],
        };
    }

    private static async Task<(IReadOnlyDictionary<string, double> Transferred, double Seconds)> VisitAsync(BenchBrowser browser, Uri server)
    {
        browser.Forget();
        var start = Stopwatch.GetTimestamp();
        await browser.Page.GotoAsync(server.ToString());
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Run the demo" }).WaitForAsync(new() { Timeout = 120_000 });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return (browser.Transferred, seconds);
    }

    private static async Task<(double Initial, List<double[]> Times)> UpdatesAsync(Uri server, int updates, string? screenshots)
    {
        const int warmUp = 10;
        await using var browser = await BenchBrowser.StartAsync();
        var run = new LiveRun(Points, Metrics);
        var start = Stopwatch.GetTimestamp();
        await run.OpenAsync(browser.Page, server);
        var initial = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var times = new List<double[]>();
        for (var i = -warmUp; i < updates; i++)
        {
            await browser.Page.WaitForTimeoutAsync(300); // The page shows at most five changes a second.
            var time = await run.UpdateAsync(browser.Page);
            if (i >= 0) times.Add(time);
        }
        if (screenshots is not null) await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(screenshots, "live-run.png"), FullPage = true });
        if (browser.Complaints.Count > 0) Console.Error.WriteLine(string.Join(Environment.NewLine, browser.Complaints));
        return (initial, times);
    }
}
