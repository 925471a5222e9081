using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>Buttons that are laid out as blocks: tiles of pictures of any shape, and cards.</summary>
[Collection(PageTests.Name)]
public sealed class TileTests(SeededServer server, Browser browser)
{
    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Tiles_are_square_and_alike_with_the_class_below(int width)
    {
        var page = await browser.OpenAsync(server.Address, $"/datasets/{server.Dataset.Id}", width);
        await Expect(page.Locator(".image-tile")).ToHaveCountAsync(server.Dataset.ImageCount);

        var tiles = await page.EvaluateAsync<JsonElement>("""
            () => [...document.querySelectorAll('.image-tile')].map(tile => {
              const of = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
              const text = tile.querySelector('.image-tile-text');
              return { title: tile.title, text: text.textContent, of: [of(tile), of(tile.querySelector('img')), of(text)] };
            })
            """);
        string[] classes = [.. Pictures.Classes.Select(c => c.Name)];
        var widths = new List<double>();
        foreach (var tile in tiles.EnumerateArray())
        {
            var name = tile.GetProperty("title").GetString();
            double[][] boxes = [.. tile.GetProperty("of").EnumerateArray().Select(b => b.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
            var (whole, image, text) = (boxes[0], boxes[1], boxes[2]);
            Assert.Equal(image[2] - image[0], image[3] - image[1], 1d);
            Assert.Equal(whole[2] - whole[0], image[2] - image[0], 1d);
            Assert.Contains(tile.GetProperty("text").GetString(), classes);
            Assert.True(text[1] >= image[3] && text[3] > text[1], $"The class of {name} does not stand below it.");
            Assert.Equal(whole[2] - whole[0], text[2] - text[0], 1d);
            widths.Add(whole[2] - whole[0]);
        }
        Assert.Equal(widths.Min(), widths.Max(), 1d);
    }

    [Fact]
    public async Task Question_cards_of_a_row_begin_at_one_height()
    {
        var page = await browser.OpenAsync(server.Address, "/explain");
        await Expect(page.Locator(".kind-card").First).ToBeVisibleAsync();
        var tops = await page.EvaluateAsync<double[][]>("""
            () => [...document.querySelectorAll('.kind-card')].map(card =>
              [card.getBoundingClientRect().top, card.querySelector('svg').getBoundingClientRect().top])
            """);
        Assert.True(tops.Length >= 5);
        foreach (var row in tops.GroupBy(t => Math.Round(t[0]))) Assert.Equal(row.Min(t => t[1]), row.Max(t => t[1]), .5);
    }
}
