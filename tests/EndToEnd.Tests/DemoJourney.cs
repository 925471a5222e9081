using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests;

/// <summary>What a person does in the first minutes: an empty server, the demo, a live run, the neighbours of a patch.</summary>
public sealed partial class DemoJourney(ServerProcess server, Browser browser) : IClassFixture<ServerProcess>, IClassFixture<Browser>
{
    [Fact]
    public async Task A_new_user_runs_the_demo_and_sees_neighbours()
    {
        var page = await browser.NewPageAsync(server.Address);
        await page.GotoAsync("/");
        await Expect(page.GetByText("Nothing has been trained yet")).ToBeVisibleAsync();
        await ScreenshotAsync(page, "empty");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the demo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The demo is running" })).ToBeVisibleAsync();

        await WatchTheLossMoveAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).First.ClickAsync();
        var ready = page.GetByRole(AriaRole.Heading, new() { Name = "The demo is ready" });
        var failed = page.Locator(".error-text");
        await Expect(ready.Or(failed)).ToBeVisibleAsync();
        Assert.True(await ready.IsVisibleAsync(), server.Output);
        await ScreenshotAsync(page, "home");
        await page.GetByRole(AriaRole.Link, new() { Name = "See neighbours" }).ClickAsync();

        await ExploreNeighboursAsync(page);
        var neighbours = page.Url;
        await ReadAReportAsync(page);
        await RunTheClosedFormAsync(page);
        Assert.True(browser.Complaints(page).Count == 0, string.Join(Environment.NewLine, browser.Complaints(page)) + Environment.NewLine + server.Output);
        await NarrowAndDarkAsync(neighbours);
    }

    private async Task WatchTheLossMoveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Watch the run" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(RunAddress());
        // The curve grows while we look: points of the first chart, as the chart library holds them.
        const string points = "() => Math.max(0, ...[...document.querySelectorAll('.js-plotly-plot')].flatMap(p => (p.data ?? []).map(d => d.x?.length ?? 0)))";
        await page.WaitForFunctionAsync($"() => ({points})() > 2");
        var seen = await page.EvaluateAsync<int>(points);
        await page.WaitForFunctionAsync($"seen => ({points})() > seen", seen);
        await ScreenshotAsync(page, "run");
    }

    private async Task ExploreNeighboursAsync(IPage page)
    {
        var embedding = page.GetByRole(AriaRole.Region, new() { Name = "Embedding space" });
        var projection = page.GetByRole(AriaRole.Region, new() { Name = "Projection space" });
        await SettledAsync(embedding);
        await SettledAsync(projection);
        await Expect(Found(embedding)).ToHaveCountAsync(24);
        await Expect(Found(projection)).ToHaveCountAsync(24);

        // A click picks another patch, and both galleries follow.
        var (start, before) = (page.Url, await CropsAsync(embedding));
        var picker = page.GetByRole(AriaRole.Application);
        var area = (await picker.BoundingBoxAsync())!;
        await picker.ClickAsync(new() { Position = new() { X = area.Width * .15f, Y = area.Height * .15f } });
        await Expect(page).Not.ToHaveURLAsync(start);
        await page.WaitForFunctionAsync(
            "before => [...document.querySelectorAll('.gallery.embedding button.crop > img')].map(i => i.getAttribute('src')).join() !== before", string.Join(',', before));
        await SettledAsync(embedding);
        await SettledAsync(projection);
        var after = await CropsAsync(embedding);
        Assert.NotEqual(after, await CropsAsync(projection));
        // The picture is seen as it is until a map is asked for.
        await Expect(page.Locator("svg g.map rect")).ToHaveCountAsync(0);
        await page.Locator("[aria-label='Similarity map'] .mud-toggle-item").First.ClickAsync();
        await Expect(page.Locator("svg g.map rect").First).ToBeAttachedAsync();
        await LoadedAsync(page);
        await ScreenshotAsync(page, "neighbours");

        // The arrow keys move it, and the address says where.
        var chosen = page.Url;
        await picker.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page).Not.ToHaveURLAsync(chosen);

        // The address alone brings the view back.
        await page.GotoAsync(chosen);
        await Expect(Found(embedding)).ToHaveCountAsync(24);
        await SettledAsync(embedding);
        Assert.Equal(after, await CropsAsync(embedding));

        // A crop opens the whole image; searching from it leaves a trail back.
        await embedding.Locator("li.tile button.crop").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Search from here" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Trail of searches" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page).ToHaveURLAsync(chosen);
    }

    private static async Task ReadAReportAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Explain", Exact = true }).ClickAsync();
        await page.Locator("button.kind-card", new() { HasText = "Spectrum" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Measure" }).ClickAsync();
        await Expect(page.Locator(".chart-value", new() { HasText = "RankMe" })).ToHaveCountAsync(2);
        await Expect(page.Locator(".js-plotly-plot")).ToHaveCountAsync(2);
        await ScreenshotAsync(page, "report");
    }

    private async Task RunTheClosedFormAsync(IPage page)
    {
        await browser.FollowAsync(page, "explain/closed-form");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(page.GetByText("as the theory says", new() { Exact = true })).ToBeVisibleAsync();
        await ScreenshotAsync(page, "closed-form");
    }

    private async Task NarrowAndDarkAsync(string neighbours)
    {
        var page = await browser.NewPageAsync(server.Address, width: 360, height: 780, ColorScheme.Dark);
        foreach (var (name, address) in new[]
        {
            ("home", "/"), ("datasets", "/datasets"), ("neighbours", neighbours), ("indexes", "/indexes"), ("evaluations", "/evaluations"),
            ("embed", "/embed"), ("models", "/models"), ("system", "/system"), ("explain", "/explain"), ("closed-form", "/explain/closed-form"), ("map", "/map"),
        })
        {
            if (address == "/") await page.GotoAsync(address);
            else await browser.FollowAsync(page, address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
            await ScreenshotAsync(page, $"{name}-narrow-dark");
            var width = await page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth");
            Assert.True(width <= 360, $"{name} is {width} pixels wide on a screen of 360.");
        }
    }

    private static Task SettledAsync(ILocator gallery) => Expect(gallery).ToHaveAttributeAsync("aria-busy", "false");

    /// <summary>Tiles that hold a result, unlike those that keep its room.</summary>
    private static ILocator Found(ILocator gallery) => gallery.Locator("li.tile button.crop > img");

    private static Task<string[]> CropsAsync(ILocator gallery) =>
        Found(gallery).EvaluateAllAsync<string[]>("images => images.map(i => i.getAttribute('src'))");

    private static Task LoadedAsync(IPage page) =>
        page.WaitForFunctionAsync("() => [...document.querySelectorAll('.tile .crop > img')].filter(i => i.getBoundingClientRect().top < innerHeight).every(i => i.complete)");

    /// <summary>Pictures for people and for the docs, where <c>SCREENSHOTS</c> names a folder.</summary>
    private static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    [GeneratedRegex("/runs/.+")]
    private static partial Regex RunAddress();
}
