using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>A chart is as large as the room its card gives it, whatever made it appear or change size.</summary>
[Collection(PageTests.Name)]
public sealed class ChartsFitTests(SeededServer server, Browser browser)
{
    /// <summary>Charts on screen and their rooms: [drawn width, drawn height, width, height] of each.</summary>
    private const string Sizes = """
        () => [...document.querySelectorAll('.chart-canvas')].filter(c => c.clientWidth > 0).map(c => {
          const svg = c.querySelector('svg.main-svg')?.getBoundingClientRect();
          return [svg?.width ?? 0, svg?.height ?? 0, c.clientWidth, c.clientHeight].map(Math.round);
        })
        """;

    [Theory]
    [InlineData(1280, null, "Spectrum", 2)]
    [InlineData(390, null, "Spectrum", 2)]
    [InlineData(1280, "spectrum", "Curves", 8)]
    [InlineData(390, "spectrum", "Curves", 8)]
    public async Task Charts_of_a_tab_fit_when_it_is_chosen(int width, string? tab, string chosen, int atLeast)
    {
        var page = await browser.OpenAsync(server.Address, $"/runs/{server.Run.Id}" + (tab is null ? "" : $"?tab={tab}"), width);
        await FitAsync(page, 2);
        // On a narrow screen a button to scroll the tabs may lie over the first of them.
        await page.GetByRole(AriaRole.Tab, new() { Name = chosen }).DispatchEventAsync("click");
        await FitAsync(page, atLeast);
        Assert.True(await ScrollWidthAsync(page) <= width, $"The page is {await ScrollWidthAsync(page)} pixels wide on a screen of {width}.");
    }

    [Fact]
    public async Task Charts_follow_their_room_when_the_menu_closes_and_the_window_changes()
    {
        var page = await browser.NewPageAsync(server.Address);
        await using var _ = page.Context;
        await page.GotoAsync($"/runs/{server.Run.Id}?tab=spectrum");
        await FitAsync(page, 2);
        var before = await WidestAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("before => [...document.querySelectorAll('.chart-canvas')].some(c => c.clientWidth > before)", before);
        await FitAsync(page, 2);
        await page.SetViewportSizeAsync(700, 800);
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.chart-canvas')].every(c => c.clientWidth < 680)");
        await FitAsync(page, 2);
    }

    [Fact]
    public async Task A_chart_that_was_hidden_behind_its_table_fits_when_it_comes_back()
    {
        var page = await browser.OpenAsync(server.Address, $"/explain/{server.Convergence.Id}");
        await FitAsync(page, 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "as a table" }).ClickAsync();
        await Expect(page.Locator(".chart-table")).ToBeVisibleAsync();
        await page.SetViewportSizeAsync(640, 800);
        await page.GetByRole(AriaRole.Button, new() { Name = "as a chart" }).ClickAsync();
        await FitAsync(page, 1);
        Assert.True(await WidestAsync(page) < 640);
    }

    private static Task<int> WidestAsync(IPage page) =>
        page.EvaluateAsync<int>("() => Math.max(...[...document.querySelectorAll('.chart-canvas')].map(c => c.clientWidth))");

    private static Task<int> ScrollWidthAsync(IPage page) => page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth");

    private static async Task FitAsync(IPage page, int atLeast)
    {
        try
        {
            await page.WaitForFunctionAsync(
                $"n => (s => s.length >= n && s.every(([w, h, W, H]) => Math.abs(w - W) <= 1 && Math.abs(h - H) <= 1))(({Sizes})())", atLeast);
        }
        catch (TimeoutException)
        {
            var sizes = await page.EvaluateAsync<int[][]>(Sizes);
            Assert.Fail($"{atLeast} charts or more should fit; drawn in room: "
                + string.Join(", ", sizes.Select(s => $"{s[0]}×{s[1]} in {s[2]}×{s[3]}")));
        }
    }
}
