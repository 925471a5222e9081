using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Evaluations;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Evaluations;

public sealed class EvaluationsPageTests : DashboardContext
{
    private IRenderedComponent<EvaluationsPage> Open(string address = "evaluations")
    {
        RenderProviders();
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<EvaluationsPage>();
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private static string Plain(string text) => text.Replace('\u00a0', ' ');

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<Page<Evaluation>>("GET", "/api/v1/evaluations");
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Says_what_to_do_when_nothing_is_measured()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page<Evaluation>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Nothing measured yet", page.Markup));
        Assert.Empty(page.FindAll("a[download]"));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/evaluations", 500, "Fault", "The database is locked.");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void A_sweep_is_a_table_with_its_cost_its_agreement_and_its_protocol()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep()));
        var page = Open();
        var table = page.WaitForElement(".sweep");
        Assert.Equal(["1 patch", "16 patches", "whole image"], table.QuerySelectorAll("tbody")[0].QuerySelectorAll("th").Select(h => Plain(h.TextContent)));
        Assert.Equal(["embedding (h)", "projection (z)"], table.QuerySelectorAll(".sweep-space").Select(h => h.TextContent));
        var row = table.QuerySelectorAll("tbody")[0].QuerySelectorAll("tr")[1].QuerySelectorAll("td").Select(c => Plain(c.TextContent)).ToList();
        Assert.Equal(["85.0 ± 0.2 %", "80.0 %", "0.912 ± 0.021", "75.0 ± 0.2 %", "70.0 %", "–"], row);
        Assert.Equal(4, table.QuerySelectorAll(".best").Length);
        Assert.Contains("The same encoder before training", table.TextContent);
        Assert.Contains("Raw pixels, without any encoder", table.TextContent);
        Assert.Contains("245,760 patches · 1 h 2 min · 2.15 GB · cpu (2 threads)", Plain(page.Find(".sweep-foot").TextContent));
        Assert.Contains("Sweep over bags, seed 0.", page.Find(".protocol").TextContent);
        Assert.Equal("api/v1/evaluations/ev_s/csv", page.Find(".evaluation a[download]").GetAttribute("href"));
    }

    [Fact]
    public void Knn_is_shown_as_bars_beside_its_baselines()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Evaluation("e1", VectorKind.Embedding, "grid:16", 0.8)));
        var page = Open();
        page.WaitForElement(".bars");
        Assert.Equal(
            ["embedding (h), kNN, k 200", "embedding (h), kNN, k 20", "raw pixels, kNN, k 200", "untrained encoder, kNN, k 200"],
            page.FindAll(".bar-row dt").Select(d => Plain(d.TextContent)));
        Assert.Empty(page.FindAll(".sweep"));
    }

    /// <summary>24 images, and a model that is right as often as who always says "things".</summary>
    private static Evaluation OfFew { get; } = PatchSamples.Evaluation("e1", VectorKind.Embedding, "grid:16", 13 / 24.0) with
    {
        TestImages = 24,
        Scores = [new("knn", VectorKind.Embedding, "grid:16", 13 / 24.0, K: 200, Temperature: 0.1, Low: .351, High: .721)],
        Baselines = [new("untrained encoder", "knn", VectorKind.Embedding, "grid:16", 13 / 24.0, K: 200, Temperature: 0.1, Low: .351, High: .721)],
        Reading = new EvaluationReading(5, "things", 13 / 24.0, 23, []),
        Findings =
        [
            new(FindingKind.TrainedOnTest, "Trained on these images: 23 of the 24 test images were among those the model learned from, without their labels."),
            new(FindingKind.NoBetter, "No better than the untrained encoder: 54.2 % against 54.2 %."),
        ],
    };

    [Fact]
    public void An_accuracy_says_of_how_many_images_and_what_it_is_worth()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(OfFew));
        var page = Open();
        page.WaitForElement(".findings");
        Assert.Equal(OfFew.Findings!.Select(f => f.Text), page.FindAll(".evaluation .finding").Select(f => f.TextContent.Trim()));
        var facts = Plain(page.Find(".evaluation .facts").TextContent);
        Assert.Contains("13 of 24 (54.2 %)", facts);
        Assert.Contains("95 %: 35.1 to 72.1 %", facts);
        Assert.Contains("Always the largest class", facts);
        Assert.Equal(
            ["always the largest class, things", "a guess among 5 classes"],
            page.FindAll(".bar-row dt").Select(d => Plain(d.TextContent)).TakeLast(2));
        var row = Plain(page.Find("[aria-label=Evaluations] tbody tr").TextContent);
        foreach (var words in new[] { "13 of 24 (54.2 %)", "54.2 % largest class", "Trained on these images", "No better than the untrained encoder" })
            Assert.Contains(words, row);
    }

    [Fact]
    public void An_evaluation_of_an_earlier_version_shows_without_what_it_does_not_know()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(OfFew with
        {
            Reading = null, Findings = null, Scores = [OfFew.Scores[0] with { Low = null, High = null }],
        }));
        var page = Open();
        page.WaitForElement(".bars");
        Assert.Contains("13 of 24 (54.2 %)", Plain(page.Find(".evaluation .facts").TextContent));
        Assert.Empty(page.FindAll(".findings"));
        Assert.DoesNotContain("largest class", page.Markup);
    }

    [Fact]
    public void Of_few_images_no_figure_of_a_sweep_is_called_best()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep() with { TestImages = 49 }));
        var page = Open();
        page.WaitForElement(".sweep");
        Assert.Empty(page.FindAll(".sweep .best"));
    }

    [Fact]
    public void The_list_shows_the_cost_beside_the_accuracy()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(
            PatchSamples.Sweep(), PatchSamples.Evaluation("e4", VectorKind.Projection, "grid:1", 0, ResourceState.Failed)));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[aria-label=Evaluations] tbody tr").Count));
        var rows = page.FindAll("[aria-label=Evaluations] tbody tr");
        Assert.Contains("85.0 ± 0.2 %", Plain(rows[0].TextContent));
        Assert.Contains("245,760 patches", Plain(rows[0].QuerySelector("[data-label='Training cost']")!.TextContent));
        Assert.Contains("The worker ended.", rows[1].TextContent);
        Assert.Equal("true", rows[0].GetAttribute("aria-current"));
        Assert.Equal("evaluations?id=e4#result", rows[1].QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void A_link_opens_an_evaluation_that_the_page_of_the_list_does_not_hold()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep())).Get("/api/v1/evaluations/e9", PatchSamples.Evaluation("e9", VectorKind.Hidden, "whole", 0.4));
        var page = Open("evaluations?id=e9");
        page.WaitForAssertion(() => Assert.Contains("hidden, whole image", Plain(page.Find(".evaluation").TextContent)));
    }

    [Fact]
    public void A_link_to_what_is_gone_says_so_above_the_list()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep()))
            .Refuse("GET", "/api/v1/evaluations/ev_gone", 404, "Not found", "There is no evaluation 'ev_gone'.");
        var page = Open("evaluations?id=ev_gone");
        page.WaitForAssertion(() => Assert.Contains("There is no evaluation 'ev_gone'.", page.Find("[role=alert]").TextContent));
        Assert.Single(page.FindAll("[aria-label=Evaluations] tbody tr"));
    }

    [Fact]
    public void What_is_under_way_shows_its_progress_and_can_be_cancelled()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep(state: ResourceState.Building) with { Progress = new Progress(40, 100, "images", 20, 3) }))
            .On("DELETE", "/api/v1/jobs/job_e", _ => new HttpResponseMessage(System.Net.HttpStatusCode.Accepted));
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("40 of 100 images", page.Find(".evaluation").TextContent));
        page.FindAll(".evaluation button").Single(b => b.TextContent.Trim() == "Cancel").Click();
        page.WaitForAssertion(() => Assert.Single(Server.Sent("DELETE", "/api/v1/jobs/job_e")));
    }

    [Fact]
    public void Deleting_asks_first()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep()))
            .On("DELETE", "/api/v1/evaluations/ev_s", _ => new HttpResponseMessage(System.Net.HttpStatusCode.NoContent));
        var page = Open("evaluations?id=ev_s");
        page.WaitForElement("[aria-label='Delete this evaluation']").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("cannot be brought back", Dialogs.Markup));
        Assert.Empty(Server.Sent("DELETE", "/api/v1/evaluations/ev_s"));
        Dialogs.FindAll("button").Last().Click();
        page.WaitForAssertion(() => Assert.Single(Server.Sent("DELETE", "/api/v1/evaluations/ev_s")));
        page.WaitForAssertion(() => Assert.EndsWith("/evaluations", Address));
    }

    [Fact]
    public void Filters_live_in_the_address_and_reach_the_export()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(PatchSamples.Sweep()));
        var page = Open("evaluations?filter=model:ck_1%20kind:sweep");
        page.WaitForAssertion(() => Assert.Contains(Server.Sent("GET", "/api/v1/evaluations"), r => r.Query.Contains("filter=model:ck_1 kind:sweep")));
        Assert.Contains("model:ck_1", page.Find(".mud-chip").TextContent);
        Assert.Equal("api/v1/evaluations/csv?filter=model%3Ack_1%20kind%3Asweep", page.Find(".page-header a[download]").GetAttribute("href"));
        page.Find(".mud-chip button").Click();
        page.WaitForAssertion(() => Assert.Contains("filter=kind", Address));
        Assert.DoesNotContain("ck_1", Address);
    }
}
