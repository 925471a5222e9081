using Microsoft.Playwright;
using PatchSsl.Client.Contracts;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>What pages say of figures is what the figures bear.</summary>
[Collection(PageTests.Name)]
public sealed class HonestyTests(SeededServer server, Browser browser)
{
    [Fact]
    public async Task A_run_calls_no_accuracy_of_three_images_best_and_counts_them()
    {
        var asked = (int)server.Run.LastMetrics["knnImages"];
        Assert.InRange(asked, 1, 49);
        var page = await browser.OpenAsync(server.Address, $"/runs/{server.Run.Id}");
        var facts = page.GetByRole(AriaRole.Region, new() { Name = "About this run" });
        await Expect(facts).ToContainTextAsync($"Too few labelled images to measure: {asked}");
        await Expect(facts).Not.ToContainTextAsync("%");
        await Expect(page.GetByRole(AriaRole.Figure, new() { Name = "kNN accuracy" }).Locator(".chart-value")).ToHaveTextAsync(Counted(asked));

        await browser.FollowAsync(page, "runs");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = server.Run.Name });
        await Expect(row.Locator("[data-label=Best]")).ToContainTextAsync($"too few labelled images to measure: {asked}");
        await Expect(row.Locator("[data-label=Best]")).Not.ToContainTextAsync("%");
    }

    [Fact]
    public async Task An_evaluation_says_what_its_accuracy_is_worth()
    {
        var (item, reading) = (server.Evaluation, server.Evaluation.Reading!);
        Assert.Equal(Pictures.Classes[^1].Name, reading.LargestClass);
        Assert.InRange(reading.TrainedOnTest!.Value, 1, item.TestImages);
        var page = await browser.OpenAsync(server.Address, $"/evaluations?id={item.Id}");
        var result = page.Locator("#result");
        await Expect(result.GetByText("Always the largest class").First).ToBeVisibleAsync();
        var right = Math.Round(item.Accuracy!.Value * item.TestImages);
        foreach (var words in new[]
        {
            $"{right} of {item.TestImages}", "95 %:", $"({reading.LargestClass})", $"Measured on {item.TestImages} images only",
            "Trained on these images: ", "untrained encoder: ", "always answering the largest class: ",
        })
        {
            await Expect(result).ToContainTextAsync(words);
        }
        // Six steps on noise teach nothing: the page must not suggest otherwise.
        var test = reading.Tests.First(t => t.Baseline == "untrained encoder");
        if (test.Outcome == BaselineOutcome.NoDifference) await Expect(result).ToContainTextAsync("No better than the untrained encoder");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Evaluations" })).ToContainTextAsync("Trained on these images");
    }

    [Fact]
    public async Task A_convergence_report_has_the_verdict_of_its_curves_trend()
    {
        var page = await browser.OpenAsync(server.Address, $"/explain/{server.Convergence.Id}");
        var rows = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "The cosine rises with the number of patches" });
        var curves = server.Convergence.Report!.Convergence!.Curves;
        await Expect(rows).ToHaveCountAsync(curves.Count);
        for (var i = 0; i < curves.Count; i++)
        {
            await Expect(rows.Nth(i)).ToContainTextAsync("a doubling");
            await Expect(rows.Nth(i).Locator(".verdict")).ToHaveTextAsync(Words(curves[i].Trend!.Outcome));
        }
    }

    private static System.Text.RegularExpressions.Regex Counted(int images) => new($@"^\d+\sof\s{images}$");

    private static string Words(ExpectationOutcome outcome) => outcome switch
    {
        ExpectationOutcome.AsExpected => "as expected",
        ExpectationOutcome.Against => "against",
        ExpectationOutcome.RisesThenFalls => "rises once, then falls",
        _ => "undecided",
    };
}
