using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>A person who goes on before a page has loaded meets no fault of the page they left, and is not thrown back to it.</summary>
[Collection(PageTests.Name)]
public sealed class LeftEarlyTests(SeededServer server, Browser browser)
{
    /// <summary>Goes through addresses and leaves each after so many frames, whatever it shows by then.</summary>
    private const string Hurry = """
        async ([addresses, frames]) => {
          for (const address of addresses) {
            Blazor.navigateTo(address);
            for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
          }
        }
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(30)]
    public async Task Pages_can_be_left_while_they_load(int frames)
    {
        var page = await browser.OpenAsync(server.Address, "/system");
        string[] addresses =
        [
            $"runs/{server.Run.Id}", $"runs/{server.Run.Id}?tab=spectrum", "runs/new", $"datasets/{server.Dataset.Id}", $"neighbours?index={server.Embedding.Id}",
            $"map?index={server.Embedding.Id}", $"evaluations?id={server.Evaluation.Id}", $"explain/{server.Convergence.Id}", $"explain/{server.Locality.Id}",
            "explain", "explain/closed-form", "compare", "embed", "models", "indexes", "",
        ];
        await page.EvaluateAsync(Hurry, new object[] { addresses, frames });
        await page.EvaluateAsync("() => Blazor.navigateTo('system')");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("System");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var complaints = browser.Complaints(page);
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
        await Expect(page).ToHaveURLAsync(new Uri(server.Address, "system").ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" })).ToHaveCountAsync(0);
    }
}
