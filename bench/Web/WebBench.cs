using System.Diagnostics;
using Microsoft.Playwright;

namespace PatchSsl.Bench;

/// <summary>The published dashboard in a browser: what its first visit transfers, how fast a live run's charts follow, and how soon neighbours are seen.</summary>
internal static class WebBench
{
    private const int Points = 2000, Metrics = 6;

    /// <summary>Values of a vector of the embedding and of the projection of the made-up indexes: ResNet-18's, and a usual projector's.</summary>
    private static readonly int[] Dims = [512, 256];
    private static readonly string[] Pages = ["runs/new", "datasets", "models", "compare", "neighbours", "indexes", "map", "explain", "explain/closed-form", "evaluations", "embed", "system", "nowhere"];

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var data = folder.CreateSubdirectory("data").FullName;
            using var server = RunningServer.Start(ServerBuild.Published(options, Path.Combine(folder.FullName, "server")), data, "/health/live");
            var address = server.Http.BaseAddress!;
            var screenshots = options.Text("screenshots");
            var report = MeasureAsync(address, options.Int("updates", 60), screenshots).GetAwaiter().GetResult();
            var rows = options.Int("rows", 200_000);
            var index = SyntheticIndex.Make(server, data, rows, Dims);
            return NeighboursAsync(report, address, index, rows, options.Int("clicks", 30), screenshots).GetAwaiter().GetResult();
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
        foreach (var page in Pages)
        {
            await browser.Page.GotoAsync(new Uri(server, page).ToString());
            await browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync(new() { Timeout = 60_000 });
            await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        }
        var (initial, times, overlay) = await UpdatesAsync(server, updates, screenshots);
        double Part(params string[] words) => first.Where(f => words.Any(w => new Uri(f.Key).AbsolutePath.Contains(w, StringComparison.Ordinal))).Sum(f => f.Value) / 1e6;
        double At(int column, double share) => Rank(times.Select(t => t[column]), share);
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
            new Figure($"one chart of {Metrics} × {Points:N0} points, a new point each, median", "ms", Rank(overlay, .5), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure("the same, 95th percentile", "ms", Rank(overlay, .95), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure($"a live run's slowest chart of {Metrics}, median", "ms", At(2, .5), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure("the same, 95th percentile", "ms", At(2, .95), Better.Lower) { Goal = Goal.AtMost(16) },
            new Figure($"all {Metrics} charts of a live run together, median", "ms", At(1, .5), Better.Lower),
            new Figure("from the message to the last of them drawn, median", "ms", At(0, .5), Better.Lower),
        ])
        {
            Setting = new Dictionary<string, object> { ["points"] = Points, ["metrics"] = Metrics, ["updates"] = updates },
            Notes = browser.Complaints.Count == 0 ? ["Every page opened without an error on the console."] : [$"The page complained: {string.Join("; ", browser.Complaints)}"],
        };
    }

    private static async Task<Report> NeighboursAsync(Report report, Uri server, string index, int rows, int clicks, string? screenshots)
    {
        await using var browser = await BenchBrowser.StartAsync();
        var times = await NeighbourClicks.MeasureAsync(browser, server, index, clicks, screenshots);
        double At(int column, double share) => Rank(times.Select(t => t[column]), share);
        return report with
        {
            Figures =
            [
                .. report.Figures,
                new Figure($"a click on the neighbours page, {rows:N0} patches, to the first result on screen, median", "ms", At(0, .5), Better.Lower) { Goal = Goal.AtMost(300) },
                new Figure("the same, 95th percentile", "ms", At(0, .95), Better.Lower),
                new Figure("to every crop of both galleries on screen, median", "ms", At(1, .5), Better.Lower),
            ],
            Setting = new Dictionary<string, object>(report.Setting!) { ["rows"] = rows, ["dims"] = string.Join(" and ", Dims), ["clicks"] = clicks },
            Notes = browser.Complaints.Count == 0 ? report.Notes : [.. report.Notes, $"The neighbours page complained: {string.Join("; ", browser.Complaints)}"],
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

    private static async Task<(double Initial, List<double[]> Times, double[] Overlay)> UpdatesAsync(Uri server, int updates, string? screenshots)
    {
        const int warmUp = 10;
        await using var browser = await BenchBrowser.StartAsync();
        var run = new LiveRun(Points - updates - warmUp, Metrics); // It has 2,000 when the last has come: with more, neighbours are merged.
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
        return (initial, times, (await LiveRun.OverlayAsync(browser.Page, Points, Metrics, updates + warmUp))[warmUp..]);
    }

    private static double Rank(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }
}
