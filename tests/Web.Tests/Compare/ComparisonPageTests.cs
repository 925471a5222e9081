using AngleSharp.Dom;
using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Compare;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Compare;

public sealed class ComparisonPageTests : DashboardContext
{
    private static readonly ComparedRecipe[] Done =
        [ComparisonSamples.Row("bag-vicreg", "vicreg", "fixed", .81), ComparisonSamples.Row("vicreg-multi-scale", "vicreg", "multi", .79)];

    private IRenderedComponent<ComparisonPage> Open(Comparison comparison)
    {
        RenderProviders();
        Server.Get("/api/v1/comparisons/cmp_1", comparison);
        var page = Render<ComparisonPage>(p => p.Add(x => x.Id, "cmp_1"));
        page.WaitForAssertion(() => Assert.Contains("Bag table", page.Find("h1").TextContent));
        return page;
    }

    /// <summary>Its texts, a space between any two.</summary>
    private static string Text(IElement element) =>
        string.Join(' ', string.Join(' ', element.Descendants<IText>().Select(t => t.Data)).Split([' ', '\n', '\r', '\u00a0'], StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void The_two_ways_of_training_stand_side_by_side_with_what_they_cost()
    {
        var page = Open(ComparisonSamples.Comparison(JobState.Completed, Done));
        Assert.Equal(["n = 1", "n = 16", "whole", "n = 1", "n = 16", "whole"], page.FindAll(".bag-table thead tr")[1].QuerySelectorAll("th").Select(Text));
        var rows = page.FindAll(".bag-table tbody tr").Select(Text).ToList();
        Assert.Equal("VICReg h 71.0 ±0.4 81.0 ±0.4 76.0 ±0.4 69.0 ±0.4 79.0 ±0.4 74.0 ±0.4", rows[0]);
        Assert.Equal("z 51.0 ±0.4 61.0 ±0.4 56.0 ±0.4 49.0 ±0.4 59.0 ±0.4 54.0 ±0.4", rows[1]);
        Assert.Equal("cost 1.23 M patches · 10 min 5 s · 1.5 GB 1.23 M patches · 10 min 5 s · 1.5 GB", rows[2]);
        Assert.Equal(["81.0 ±0.4", "61.0 ±0.4"], page.FindAll(".bag-best").Select(Text));
        Assert.Contains("Device: cpu (2 threads)", Text(page.Find(".bag-note")));
    }

    [Fact]
    public void Knn_can_be_looked_at_instead()
    {
        var page = Open(ComparisonSamples.Comparison(JobState.Completed, Done));
        page.FindAll(".bag .mud-toggle-item").First(b => b.TextContent.Contains("kNN")).Click();
        page.WaitForAssertion(() => Assert.StartsWith("VICReg h 68.0 78.0 73.0 66.0", Text(page.FindAll(".bag-table tbody tr")[0])));
    }

    [Fact]
    public void Verdicts_come_with_the_numbers_behind_them()
    {
        var page = Open(ComparisonSamples.Comparison(JobState.Completed, Done));
        Assert.Equal(["supported", "undecided", "not supported"], page.FindAll(".claim h3 .verdict").Select(Text));
        var evidence = Text(page.Find(".claim details tbody tr"));
        Assert.Contains("VICReg decides h linear 81.0 % bag-vicreg, n = 16 75.0 % vicreg-multi-scale, whole image +6.0 +1.2 to +10.8 supported", evidence);
    }

    [Fact]
    public void While_it_is_under_way_each_recipe_says_how_far_it_is()
    {
        var page = Open(ComparisonSamples.Comparison(
            JobState.Running, Done[0], ComparisonSamples.Waiting("vicreg-multi-scale", "vicreg", "multi", ComparedState.Training),
            ComparisonSamples.Waiting("bag-byol", "byol", "fixed", ComparedState.Failed, "The loss is NaN at step 3."), ComparisonSamples.Waiting("byol-multi-scale", "byol", "multi", ComparedState.Queued)));
        Assert.Contains("2 of 4 done", Text(page.Find(".facts")));
        Assert.Contains("about 12 min 34 s", Text(page.Find(".facts")));
        var rows = page.FindAll("section[aria-label=Recipes] tbody tr").Select(Text).ToList();
        Assert.Contains("ready 0.25 s a step 2,400 1,228,800 10 min 5 s 1.5 GB cpu", rows[0]);
        Assert.Contains("training 30 of 120 steps 45 s left", rows[1]);
        Assert.Contains("The loss is NaN at step 3.", rows[2]);
        Assert.Contains("queued", rows[3]);
        Server.Post("/api/v1/comparisons/cmp_1/cancel", ComparisonSamples.Comparison(JobState.Stopping, Done));
        page.FindAll("button").First(b => b.TextContent.Contains("Cancel")).Click();
        page.WaitForAssertion(() => Assert.Contains("Stopping", page.Find(".page-header-actions").TextContent));
    }

    [Fact]
    public void Says_when_it_is_gone()
    {
        RenderProviders();
        Server.Refuse("GET", "/api/v1/comparisons/cmp_9", 404, "Not found", "There is no comparison 'cmp_9'.");
        var page = Render<ComparisonPage>(p => p.Add(x => x.Id, "cmp_9"));
        page.WaitForAssertion(() => Assert.Contains("There is no comparison", page.Find("[role=alert]").TextContent));
    }
}
