using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>The neighbours page as it opens: nothing covers the picture, nothing is told without what it is to be read against.</summary>
[Collection(PageTests.Name)]
public sealed class NeighboursFirstViewTests(SeededServer server, Browser browser)
{
    [Fact]
    public async Task The_first_view_shows_the_query_among_its_neighbours_and_shares_beside_chance()
    {
        var page = await OpenAsync();
        await Expect(page.Locator("svg g.map rect")).ToHaveCountAsync(0);
        foreach (var gallery in await page.Locator(".gallery").AllAsync())
        {
            await Expect(gallery.Locator(".tiles > li").First.Locator(".meta")).ToHaveTextAsync("Query");
            await Expect(gallery.Locator(".share").First).ToContainTextAsync("by chance");
            await Expect(gallery.Locator(".shares")).ToContainTextAsync("average pair");
        }
        Assert.DoesNotContain("≠", await page.Locator("main").InnerTextAsync());
        await Expect(page.Locator("[aria-label=Legend]")).ToContainTextAsync("in both galleries");
        await Expect(page.GetByText("Not from the query's image")).ToBeVisibleAsync();
        var note = page.GetByRole(AriaRole.Region, new() { Name = "The two spaces" });
        await Expect(note).ToContainTextAsync("by chance");
        await Expect(note.GetByRole(AriaRole.Link, new() { Name = "Locality report" })).ToHaveAttributeAsync("href", $"explain/{server.Locality.Id}");

        // The query's crop looks like the stage's box: the picture itself, cut to the same pixels.
        var crop = page.Locator(".tile.query svg").First;
        Assert.Equal(await page.Locator(".stage img").GetAttributeAsync("src"), await crop.Locator("image").GetAttributeAsync("href"));
    }

    [Fact]
    public async Task The_switch_shows_other_neighbours_before_training_and_the_address_keeps_it()
    {
        var page = await OpenAsync();
        var after = await CropsAsync(page);
        await page.Locator(".mud-toggle-item", new() { HasText = "Before training" }).ClickAsync();
        await Expect(page.Locator(".gallery .sub").First).ToContainTextAsync("before training");
        await SettledAsync(page);
        var before = await CropsAsync(page);
        Assert.NotEqual(after, before);
        await page.ReloadAsync();
        await SettledAsync(page);
        Assert.Equal(before, await CropsAsync(page));
    }

    [Fact]
    public async Task On_a_phone_the_galleries_follow_the_stage_and_the_picker_is_folded_below()
    {
        var page = await OpenAsync(390);
        var tops = await page.EvaluateAsync<JsonElement>("""
            () => Object.fromEntries(['.stage-card', '.galleries', '.picker'].map(s => {
              const r = document.querySelector(s).getBoundingClientRect(); return [s, { top: r.top, bottom: r.bottom }]; }))
            """);
        double At(string selector, string edge) => tops.GetProperty(selector).GetProperty(edge).GetDouble();
        Assert.True(At(".stage-card", "bottom") < At(".galleries", "top") && At(".galleries", "bottom") < At(".picker", "top"), $"{tops}");
        Assert.True(At(".galleries", "top") - At(".stage-card", "bottom") < 120, $"The galleries begin far below the stage: {tops}");
        await Expect(page.Locator(".picker .strip")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose another image" }).ClickAsync();
        await Expect(page.Locator(".picker .strip")).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth") <= 390);
    }

    private async Task<IPage> OpenAsync(int width = 1280)
    {
        var page = await browser.OpenAsync(server.Address, $"/neighbours?index={server.Embedding.Id}", width);
        await SettledAsync(page);
        return page;
    }

    private static async Task SettledAsync(IPage page)
    {
        await Expect(page.Locator(".gallery[aria-busy=false]")).ToHaveCountAsync(2);
        await Expect(page.Locator(".gallery button.crop > img")).Not.ToHaveCountAsync(0);
    }

    private static Task<string[]> CropsAsync(IPage page) =>
        page.Locator(".gallery button.crop > img").EvaluateAllAsync<string[]>("images => images.map(i => i.getAttribute('src'))");
}
