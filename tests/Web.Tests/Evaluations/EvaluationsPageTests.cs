using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Evaluations;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Evaluations;

public sealed class EvaluationsPageTests : DashboardContext
{
    private IRenderedComponent<EvaluationsPage> Open()
    {
        RenderProviders();
        return Render<EvaluationsPage>();
    }

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.Later<Page<Evaluation>>("GET", "/api/v1/evaluations");
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Says_what_to_do_when_nothing_is_measured()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page<Evaluation>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Nothing measured yet", page.Markup));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/evaluations", 500, "Fault", "The database is locked.");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Compares_spaces_patches_and_baselines()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page(
            PatchSamples.Evaluation("e1", VectorKind.Embedding, "grid:16", 0.8), PatchSamples.Evaluation("e2", VectorKind.Embedding, "grid:1", 0.6),
            PatchSamples.Evaluation("e3", VectorKind.Projection, "grid:16", 0.7), PatchSamples.Evaluation("e4", VectorKind.Projection, "grid:1", 0, ResourceState.Failed)));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
        Assert.Equal(
            [
                "embedding (h), 1 patch", "embedding (h), 16 patches", "projection (z), 16 patches",
                "raw pixels, 16 patches", "untrained encoder, 16 patches",
            ],
            page.FindAll(".bar-row dt").Select(d => d.TextContent.Replace('\u00a0', ' ')));
        Assert.Contains("45.0 points above the best baseline", page.Find(".result").TextContent);
        Assert.Contains("Weighted kNN, k 200, T 0.1.", page.Find("details").TextContent);
        Assert.Contains("The worker ended.", page.Find("tbody").TextContent);
    }

    [Fact]
    public void Starts_one_evaluation_for_each_space_and_number_of_patches()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page<Evaluation>()).Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset(), PatchSamples.Dataset("ds_2", "cat", "dog")))
            .Post("/api/v1/evaluations", PatchSamples.Evaluation("e", VectorKind.Embedding, "grid:1", 0, ResourceState.Queued));
        var page = Open();
        page.WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains(Dialogs.FindAll("button"), b => b.TextContent.Replace('\u00a0', ' ').Contains("Start 4 evaluations")));
        Dialogs.FindAll("button").Last().Click();
        page.WaitForAssertion(() => Assert.Equal(4, Server.Sent("POST", "/api/v1/evaluations").Count()));
        Assert.All(Server.Sent("POST", "/api/v1/evaluations"), r => Assert.Contains("\"datasetId\":\"ds_2\"", r.Body));
    }

    [Fact]
    public void Csv_has_a_row_for_every_measured_setting_and_quotes_what_needs_it()
    {
        var lines = EvaluationCsv.Write([PatchSamples.Evaluation("e1", VectorKind.Embedding, "grid:16", 0.8), PatchSamples.Evaluation("e2", VectorKind.Embedding, "grid:1", 0, ResourceState.Failed)])
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("e1,ck_1,first run,", lines[1]);
        Assert.Contains(",\"Scenes, small\",knn,embedding,grid:16,0,model,200,0.1,0.8,80,20,", lines[1]);
        Assert.Contains(",raw pixels,200,0.1,0.31,", lines[3]);
    }
}
