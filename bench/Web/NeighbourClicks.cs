using Microsoft.Playwright;

namespace PatchSsl.Bench;

/// <summary>Clicks on the neighbours page over a large index, through the real server in a real browser.</summary>
internal static class NeighbourClicks
{
    private const int WarmUp = 3, Columns = 4;

    /// <returns>Of each click, milliseconds to the first result on screen, and to both galleries whole.</returns>
    public static async Task<List<double[]>> MeasureAsync(BenchBrowser browser, Uri server, string index, int clicks, string? screenshots)
    {
        var page = browser.Page;
        await page.AddInitScriptAsync(scriptPath: Path.Combine(Repository.Root, "bench", "Web", "NeighbourClicks.js"));
        await page.GotoAsync(new Uri(server, $"/neighbours?index={index}").ToString());
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.gallery[aria-busy=false] .tile:not(.waiting)').length > 24", null, new() { Timeout = 120_000 });
        var times = new List<double[]>();
        for (var i = -WarmUp; i < clicks; i++)
        {
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var surface = page.Locator(".surface").First;
            var box = (await surface.BoundingBoxAsync())!;
            // Cells in turn, never one twice in a row: five and sixteen share no divisor.
            var cell = (i + WarmUp) * 5 % (Columns * Columns);
            var (x, y) = ((cell % Columns + .5f) / Columns * box.Width, ((cell / Columns) + .5f) / Columns * box.Height);
            await page.EvaluateAsync("() => window.armClick()");
            await surface.ClickAsync(new() { Position = new() { X = x, Y = y } });
            var time = await page.EvaluateAsync<double[]>("() => window.clicked");
            if (i >= 0) times.Add(time);
        }
        if (screenshots is not null) await page.ScreenshotAsync(new() { Path = Path.Combine(screenshots, "neighbours.png"), FullPage = true });
        return times;
    }
}
