using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Explain;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class ExplanationPageTests : DashboardContext
{
    private static VectorSpectrum Spectrum(VectorKind kind, double rank) => new(kind, 64, 256, rank, [1, 2, 3], [4, 2, 1]);

    private static Explanation Sample(ResourceState state) => new(
        "xp_1", ExplanationKind.Spectrum, "ck_1", "first run", "run_1", new string('a', 64), "ds_1", "Scenes", 5, new string('d', 64),
        new ExplanationOptions { Spectrum = new SpectrumOptions() }, state, new Reading("How.", "Expected.", "Against."),
        state == ResourceState.Ready
            ? new ExplanationReport { Spectrum = new SpectrumReport([Spectrum(VectorKind.Embedding, 30), Spectrum(VectorKind.Projection, 12)], [Spectrum(VectorKind.Embedding, 6)], 256, "256 patches.") }
            : null,
        state == ResourceState.Failed ? "The dataset holds no images." : null, "job_1", state == ResourceState.Building ? new Progress(40, 100, "patches", 20, 3) : null, PatchSamples.Then);

    [Fact]
    public void A_report_says_what_was_asked_how_to_read_it_and_its_figures()
    {
        Server.Get("/api/v1/explanations/xp_1", Sample(ResourceState.Ready));
        var page = Render<ExplanationPage>(p => p.Add(x => x.Id, "xp_1"));
        page.WaitForAssertion(() =>
        {
            Assert.Equal(["How.", "Expected.", "Against."], page.FindAll(".reading p").Select(p => p.TextContent));
            var charts = page.FindComponents<LineChart>();
            Assert.Equal(["RankMe 30", "RankMe 12"], charts.Select(c => c.Instance.Value));
            Assert.Equal(["trained", "untrained"], charts[0].Instance.Series.Select(s => s.Name));
            Assert.Equal(["trained"], charts[1].Instance.Series.Select(s => s.Name));
            Assert.Contains("6 before training", page.Markup);
        });
    }

    [Fact]
    public void While_it_is_measured_it_shows_how_far_and_afterwards_why_not()
    {
        Server.Get("/api/v1/explanations/xp_1", Sample(ResourceState.Building));
        var page = Render<ExplanationPage>(p => p.Add(x => x.Id, "xp_1"));
        page.WaitForAssertion(() => Assert.Contains("40", page.Find(".progress-line-text").TextContent));
        Assert.Empty(page.FindAll("[aria-label='Delete this report']"));

        Server.Get("/api/v1/explanations/xp_1", Sample(ResourceState.Failed));
        page.WaitForAssertion(() => Assert.Contains("The dataset holds no images.", page.Find(".mud-alert").TextContent));
    }

    [Fact]
    public void A_question_starts_its_report_and_opens_it()
    {
        Server.Get("/api/v1/explanations", FakeServer.Page<Explanation>()).Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset())).Post("/api/v1/explanations", Sample(ResourceState.Queued));
        RenderProviders();
        Render<ExplainPage>().WaitForElement(".kind-card").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Measure", Dialogs.FindAll("button").Last().TextContent));
        Dialogs.FindAll("button").Last().Click();
        Dialogs.WaitForAssertion(() =>
        {
            var sent = JsonSerializer.Deserialize<CreateExplanation>(Server.Sent("POST", "/api/v1/explanations").Single().Body, ClientJson.Options)!;
            Assert.Equal(("ck_1", "ds_1", 0L), (sent.Model, sent.DatasetId, sent.Seed));
            Assert.EndsWith("explain/xp_1", Services.GetRequiredService<NavigationManager>().Uri);
        });
    }
}
