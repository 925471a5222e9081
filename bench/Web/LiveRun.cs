using System.Text.Json;
using Microsoft.Playwright;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Bench;

/// <summary>A run of 2,000 points in several metrics as the server would answer for it, and its live points.</summary>
internal sealed class LiveRun(int points, int metrics)
{
    private const string Id = "run_bench";
    private static readonly DateTimeOffset Start = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private readonly Random _random = new(0);
    private long _step = points;
    private long _seq = (long)points * metrics;

    private IEnumerable<string> Names => Enumerable.Range(0, metrics).Select(m => m == 0 ? "loss" : $"part{m}");

    /// <summary>Opens its page, fed from here.</summary>
    public async Task OpenAsync(IPage page, Uri server)
    {
        await page.AddInitScriptAsync(scriptPath: Path.Combine(Repository.Root, "bench", "Web", "LiveRun.js"));
        await page.RouteAsync($"**/api/v1/runs/{Id}**", route => route.FulfillAsync(Json(Run())));
        await page.RouteAsync($"**/api/v1/runs/{Id}/*", route => route.FulfillAsync(Json(new Page<LogLine>([], null, 0))));
        await page.RouteAsync($"**/api/v1/runs/{Id}/metrics*", route => route.FulfillAsync(Json(Metrics())));
        await page.RouteAsync("**/hubs/runs/negotiate*", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"negotiateVersion":1,"connectionId":"a","connectionToken":"a","availableTransports":[{"transport":"WebSockets","transferFormats":["Text"]}]}""",
        }));
        await page.GotoAsync(new Uri(server, $"/runs/{Id}").ToString());
        await page.WaitForFunctionAsync($"() => window.hubReady && document.querySelectorAll('.js-plotly-plot').length >= {metrics}", null, new() { Timeout = 120_000 });
    }

    /// <summary>One new point a metric.</summary>
    /// <returns>Milliseconds from the message to the last chart drawn, of them in the charts' script, and the longest chart.</returns>
    public async Task<double[]> UpdateAsync(IPage page)
    {
        _step++;
        MetricPoint[] fresh = [.. Names.Select(name => new MetricPoint(++_seq, _step, name, Value(_step), Start.AddSeconds(_step)))];
        return await page.EvaluateAsync<double[]>("([run, points, charts]) => window.update(run, JSON.parse(points), charts)",
            new object[] { Id, JsonSerializer.Serialize(fresh, ClientJson.Options), metrics });
    }

    /// <summary>One chart with every metric as a series, updated by itself.</summary>
    /// <returns>Milliseconds of the script in each update.</returns>
    public static Task<double[]> OverlayAsync(IPage page, int points, int series, int updates) =>
        page.EvaluateAsync<double[]>("([points, series, updates]) => window.overlay(points, series, updates)", new object[] { points, series, updates });

    private double Value(long step) => 3 * Math.Exp(-step / 400.0) + .1 * _random.NextDouble();

    private static RunDetail Run() => new(
        Id, "Bench", JobState.Running, "ds_bench", "Scenes", "quick", [], null, null, new Dictionary<string, double>(), null, null, "job_bench", Start, Start, null,
        [], 1, null, new Dictionary<string, string>(), "\"1\"");

    private RunMetrics Metrics() => new(
        [.. Names.Select(name => new MetricSeries(name, [.. Enumerable.Range(1, points).Select(step => Bucket(step))]))], _seq);

    private MetricBucket Bucket(long step)
    {
        var value = Value(step);
        return new MetricBucket(step, value, value, value, Start.AddSeconds(step));
    }

    private static RouteFulfillOptions Json<T>(T body) => new() { ContentType = "application/json", Body = JsonSerializer.Serialize(body, ClientJson.Options) };
}
