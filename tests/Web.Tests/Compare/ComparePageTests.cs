using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Compare;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Compare;

public sealed class ComparePageTests : DashboardContext
{
    private IRenderedComponent<ComparePage> Open(string query = "")
    {
        RenderProviders();
        Services.GetRequiredService<NavigationManager>().NavigateTo($"compare{query}");
        return Render<ComparePage>();
    }

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<Page<ComparisonSummary>>("GET", "/api/v1/comparisons");
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/comparisons", 500, "Fault", "The database is locked.");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Lists_what_was_compared_and_how_far_it_is()
    {
        Server.Get("/api/v1/comparisons", FakeServer.Page(ComparisonSamples.Summary()));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal("compare/cmp_1", page.Find("tbody a").GetAttribute("href")));
        var row = page.Find("tbody tr").TextContent.Replace('\u00a0', ' ');
        Assert.Contains("3 of 8 recipes", row);
        Assert.Contains("12 min 34 s left", row);
    }

    [Fact]
    public void One_click_compares_the_usual_recipes_at_a_size_the_device_can_train()
    {
        Server.Get("/api/v1/comparisons", FakeServer.Page<ComparisonSummary>())
            .Get("/api/v1/recipes", FakeServer.Page(Samples.Recipe("emp-ssl"), Samples.Recipe("emp-ssl-multi-scale"), Samples.Recipe("bag-vicreg"), Samples.Recipe("vicreg-multi-scale"), Samples.Recipe()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset(), PatchSamples.Dataset("ds_2", "cat", "dog"))).Get("/api/v1/system", PatchSamples.System())
            .Post("/api/v1/comparisons", ComparisonSamples.Comparison(JobState.Running));
        var page = Open();
        page.WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("About 40 min of training", Dialogs.Markup.Replace('\u00a0', ' ')));
        Dialogs.FindAll("button").Last().Click();
        page.WaitForAssertion(() => Assert.EndsWith("/compare/cmp_1", Services.GetRequiredService<NavigationManager>().Uri));
        var body = Server.Sent("POST", "/api/v1/comparisons").Single().Body;
        Assert.Contains("\"recipes\":[\"bag-vicreg\",\"vicreg-multi-scale\",\"emp-ssl\",\"emp-ssl-multi-scale\"]", body);
        Assert.Contains("\"datasetId\":\"ds_2\"", body);
        Assert.Contains("\"overrides\":{\"width\":0.25,\"views\":8,\"batchImages\":64,", body);
        Assert.Contains("\"budget\":{\"minutes\":10}", body);
    }

    [Fact]
    public void What_the_server_refuses_is_said_at_the_field()
    {
        Server.Get("/api/v1/comparisons", FakeServer.Page<ComparisonSummary>()).Get("/api/v1/recipes", FakeServer.Page(Samples.Recipe("bag-vicreg")))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset("ds_2", "cat", "dog"))).Get("/api/v1/system", PatchSamples.System())
            .Refuse("POST", "/api/v1/comparisons", 422, "Unusable", "Two faults.", new Dictionary<string, string[]> { ["budget.minutes"] = ["minutes is 0.01."], ["overrides.widht"] = ["There is no such field."] });
        var page = Open();
        page.WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Compare 1\u00a0recipe", Dialogs.Markup));
        Dialogs.FindAll("button").Last().Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("minutes is 0.01.", Dialogs.Markup));
        Assert.Contains("widht: There is no such field.", Dialogs.Markup);
    }

    [Fact]
    public void Runs_lie_over_each_other_in_a_colour_each_and_what_differs_is_listed()
    {
        var (one, two) = (Samples.Detail(Samples.Run("run_1", JobState.Completed, "first")), Samples.Detail(Samples.Run("run_2", JobState.Completed, "second")));
        two = two with { Fields = [.. two.Fields.Select(f => f.Name == "views" ? f with { Value = System.Text.Json.JsonSerializer.SerializeToElement(4) } : f)] };
        Server.Get("/api/v1/runs/run_1", one).Get("/api/v1/runs/run_2", two);
        foreach (var id in new[] { "run_1", "run_2" })
            Server.Get($"/api/v1/runs/{id}/metrics", new RunMetrics([new MetricSeries("loss", [Samples.Bucket(1, 3), Samples.Bucket(2, 2)])], 2));
        var page = Open("?runs=run_1,run_2,run_gone");
        page.WaitForAssertion(() => Assert.Equal(["first", "second"], page.FindAll(".run-legend a").Select(a => a.TextContent)));
        Assert.Equal(2, page.FindAll(".run-legend .run-dot").Select(d => d.GetAttribute("style")).Distinct().Count());
        Assert.Single(page.FindAll("figure.chart"));
        Assert.Contains("does not exist any more", page.Find(".mud-alert").TextContent);
        Assert.Equal(["Views"], page.FindAll("tr.differs th").Select(t => t.TextContent));
        Assert.Equal(["8", "4"], page.FindAll("tr.differs td").Select(t => t.TextContent));
        page.Find("input[type=checkbox]").Change(false);
        page.WaitForAssertion(() => Assert.True(page.FindAll("section[aria-label=Recipes] tbody tr").Count > 3));
        page.FindAll(".run-legend button").First().Click();
        Assert.EndsWith("/compare?runs=run_2", Services.GetRequiredService<NavigationManager>().Uri);
    }
}
