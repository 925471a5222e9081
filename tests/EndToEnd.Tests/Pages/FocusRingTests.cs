using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>Whoever uses the keyboard sees where they are: a ring around everything that takes the focus.</summary>
[Collection(PageTests.Name)]
public sealed class FocusRingTests(SeededServer server, Browser browser)
{
    /// <summary>WCAG 2.2, 1.4.11 and 2.4.13.</summary>
    private const double LeastContrast = 3, LeastPixels = 2;

    /// <summary>
    /// Gives the focus to everything that can have it, as the keyboard would, and tells of each its name, the ring's pixels, and the ring's contrast with
    /// what it is drawn on. A field of MudBlazor's shows its ring as a border around its label and text, a hidden check box around its mark.
    /// </summary>
    private const string Rings = """
        () => {
          const sheet = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const mixed = colors => {
            sheet.fillStyle = '#fff';
            sheet.fillRect(0, 0, 1, 1);
            for (const color of colors) { sheet.fillStyle = color; sheet.fillRect(0, 0, 1, 1); }
            return sheet.getImageData(0, 0, 1, 1).data;
          };
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const backgrounds = e => e ? [...backgrounds(e.parentElement), getComputedStyle(e).backgroundColor] : [];
          const rings = e => {
            const found = [];
            for (let at = e; at && at !== document.body; at = at.parentElement) {
              const style = getComputedStyle(at), inset = parseFloat(style.outlineOffset) < 0;
              if (style.outlineStyle === 'solid') found.push([parseFloat(style.outlineWidth), style.outlineColor, inset ? at : at.parentElement]);
              const field = at.matches('.mud-input-control') && at.querySelector('.mud-input-outlined-border');
              if (field) found.push([parseFloat(getComputedStyle(field).borderTopWidth), getComputedStyle(field).borderTopColor, at.parentElement]);
            }
            return found;
          };
          const names = e => e.getAttribute('aria-label') || e.title || e.textContent.trim().slice(0, 40) || e.id || e.type;
          const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(e =>
            e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0);
          return all.map(e => {
            e.focus({ preventScroll: true });
            const name = `${e.tagName.toLowerCase()}.${e.className} ${names(e)}`;
            if (document.activeElement !== e) return { name: `${name} (takes no focus)`, pixels: 0, contrast: 0 };
            const best = rings(e).map(([pixels, color, on]) => {
              const ground = backgrounds(on), [a, b] = [light(mixed(ground)), light(mixed([...ground, color]))];
              return { name, pixels, contrast: (Math.max(a, b) + .05) / (Math.min(a, b) + .05) };
            }).sort((a, b) => b.pixels * b.contrast - a.pixels * a.contrast)[0];
            return best ?? { name, pixels: 0, contrast: 0 };
          });
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Everything_that_takes_the_focus_shows_a_ring(ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(server.Address, scheme: scheme);
        await using var _ = page.Context;
        foreach (var address in new[]
        {
            "/", "/runs/new", $"/runs/{server.Run.Id}", $"/datasets/{server.Dataset.Id}", "/models", "/indexes", "/neighbours", "/map",
            $"/evaluations?id={server.Evaluation.Id}", "/explain", $"/explain/{server.Convergence.Id}", "/compare", "/embed", "/system",
        })
        {
            if (address == "/") await page.GotoAsync(address);
            else await browser.FollowAsync(page, address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
            await page.AddStyleTagAsync(new() { Content = "*, *::before, *::after { transition: none !important; animation: none !important; }" });
            await page.Keyboard.PressAsync("Tab"); // from here on the browser shows what has the focus
            var rings = (await page.EvaluateAsync<JsonElement>(Rings)).EnumerateArray().ToList();
            Assert.True(rings.Count >= 8, $"{address} has {rings.Count} things to focus.");
            string[] lacking =
            [
                .. rings.Select(r => (Name: r.GetProperty("name").GetString(), Pixels: r.GetProperty("pixels").GetDouble(), Contrast: r.GetProperty("contrast").GetDouble()))
                    .Where(r => r.Pixels < LeastPixels || r.Contrast < LeastContrast).Select(r => $"{r.Name}: {r.Pixels} px, {r.Contrast:0.0} : 1"),
            ];
            Assert.True(lacking.Length == 0, $"Without a ring on {address}, {scheme}:{Environment.NewLine}{string.Join(Environment.NewLine, lacking)}");
        }
    }
}
