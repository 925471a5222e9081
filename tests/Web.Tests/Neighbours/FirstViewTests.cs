using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Neighbours;

/// <summary>What a person sees first: the picture as it is, the query among its neighbours, shares beside chance, and what h and z are.</summary>
public sealed class FirstViewTests : NeighboursContext
{
    private static string Text(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void WithShares() => Server.Post("/api/v1/indexes/idx_h/neighbours", PatchSamples.Found("idx_h", 2, 3, 4) with
    {
        Shares = [new(PatchLikeness.SameClass, .219, .109, 24), new(PatchLikeness.SamePosition, .125, .0625, 24), new(PatchLikeness.OwnImage, .04, .01, 24)],
    });

    private void WithRun(ResourceState? before = null)
    {
        PatchIndex h = PatchSamples.Index("idx_h", VectorKind.Embedding) with { RunId = "run_1", JobId = "job_h", AverageCosine = .6 };
        PatchIndex z = PatchSamples.Index("idx_z", VectorKind.Projection) with { RunId = "run_1", JobId = "job_z" };
        List<PatchIndex> all = [h, z];
        if (before is { } state)
            all.AddRange([h with { Id = "idx_h0", Untrained = true, State = state, AverageCosine = .9 }, z with { Id = "idx_z0", Untrained = true, State = state }]);
        Server.Get("/api/v1/indexes", FakeServer.Page([.. all]));
    }

    [Fact]
    public void The_picture_is_seen_without_a_map()
    {
        TwoIndexes();
        var page = Shown(Open());
        Assert.Empty(page.FindAll(".stage .map"));
        Assert.Empty(Server.Sent("POST", "/api/v1/indexes/idx_h/similarity"));
        Assert.Empty(page.FindAll("input[type=range]"));
    }

    [Fact]
    public void The_query_stands_before_the_first_tile_of_each_gallery()
    {
        TwoIndexes();
        var page = Shown(Open("?image=ds_1-3&patch=0"));
        foreach (var gallery in page.FindAll(".gallery"))
        {
            var first = gallery.QuerySelector(".tiles > li")!;
            Assert.Equal("tile query", first.ClassName);
            Assert.Equal("0 0 16 16", first.QuerySelector("svg")!.GetAttribute("viewBox"));
            Assert.Equal("api/v1/images/ds_1-3/content", first.QuerySelector("image")!.GetAttribute("href"));
            Assert.Equal(("Query", "cat"), (first.QuerySelector(".meta")!.TextContent, first.QuerySelector(".class")!.TextContent));
        }
    }

    [Fact]
    public void Shares_stand_beside_chance_and_no_tile_says_what_it_is_not()
    {
        TwoIndexes();
        WithShares();
        var page = Shown(Open());
        Assert.Equal(
            ["Same class 21.9 % by chance 10.9 %", "Same place 12.5 % by chance 6.2 %", "Same image 4.0 % by chance 1.0 %", "Cosine 0.700–0.900"],
            page.FindAll(".gallery")[0].QuerySelectorAll(".share").Select(s => Text(s.TextContent)));
        Assert.DoesNotContain("≠", page.Markup);
        Assert.Contains("Same class patches of images of the query's class".Replace(" ", ""), page.Find("[aria-label=Comparison]").TextContent.Replace(" ", "").Replace("\n", ""));
    }

    [Fact]
    public void Cosines_are_put_in_proportion_to_the_average_pairs()
    {
        TwoIndexes();
        WithRun();
        var page = Shown(Open());
        Assert.Contains("average pair 0.600", Text(page.FindAll(".gallery")[0].QuerySelector(".shares")!.TextContent));
        // .9, .8, .7 on the way from .6 to 1
        Assert.Equal(["width: 75%", "width: 50%", "width: 25%"], Tiles(page, 0).Select(t => t.QuerySelector(".gauge span")!.GetAttribute("style")));
        Assert.Empty(page.FindAll(".gallery")[1].QuerySelectorAll(".gauge"));
    }

    [Fact]
    public void Marks_are_explained_and_the_switch_says_whose_image()
    {
        TwoIndexes();
        var page = Shown(Open());
        Assert.Equal(
            ["✓ the query's class", "∩ in both galleries", "compare here", "search from here"],
            page.FindAll(".legend[aria-label=Legend] > span").Select(s => Text(s.TextContent)));
        Assert.All(page.FindAll(".legend svg path, .tile .act svg path"), path => Assert.StartsWith("M", path.GetAttribute("d")));
        Assert.Contains("Not from the query's image", page.Markup);
        Assert.DoesNotContain("my own image", page.Markup);
    }

    [Fact]
    public void The_spaces_are_told_apart_by_the_report_on_locality()
    {
        TwoIndexes();
        var report = Locality(ResourceState.Ready);
        Server.Get("/api/v1/explanations", FakeServer.Page(report with { Report = null })).Get("/api/v1/explanations/ex_1", report);
        var page = Shown(Open());
        page.WaitForAssertion(() =>
        {
            var said = Text(page.Find("[aria-label='The two spaces']").TextContent);
            Assert.Contains("h, the embedding, is what the encoder gives", said);
            Assert.Contains("over 500 patches: same class h 21.9 %, z 23.1 %, by chance 10.9 % (no difference beyond doubt); colour distance h 17.10, z 19.30, by chance 38.50 (as expected).", said);
        });
        Assert.Equal("explain/ex_1", page.Find("[aria-label='The two spaces'] a").GetAttribute("href"));
        Assert.Contains(Server.Sent("GET", "/api/v1/explanations"), r => Uri.UnescapeDataString(r.Query).Contains("kind:locality model:ck_1 dataset:ds_1"));
    }

    [Fact]
    public async Task Without_a_report_it_says_so_and_offers_to_measure()
    {
        TwoIndexes();
        Server.Post("/api/v1/explanations", Locality(ResourceState.Queued));
        var page = Shown(Open());
        page.WaitForAssertion(() => Assert.Contains("not measured yet", page.Find("[aria-label='The two spaces']").TextContent));
        Server.Get("/api/v1/explanations", FakeServer.Page(Locality(ResourceState.Queued)));
        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent.Contains("Measure locality")).Click());
        page.WaitForAssertion(() => Assert.Contains("is being measured", page.Find("[aria-label='The two spaces']").TextContent));
        Assert.Contains("\"kind\":\"locality\"", Server.Sent("POST", "/api/v1/explanations").Single().Body);
    }

    [Fact]
    public async Task The_switch_shows_the_neighbours_before_training()
    {
        TwoIndexes();
        WithRun(ResourceState.Ready);
        Server.Post("/api/v1/indexes/idx_h0/neighbours", PatchSamples.Found("idx_h0", 5, 6, 7)).Post("/api/v1/indexes/idx_z0/neighbours", PatchSamples.Found("idx_z0", 5, 6));
        var page = Shown(Open());
        Assert.DoesNotContain("before training", string.Join(' ', page.FindAll(".controls input").Select(i => i.GetAttribute("value"))));
        await page.InvokeAsync(() => page.FindAll(".training .mud-toggle-item").Single(t => t.TextContent.Contains("Before")).Click());
        page.WaitForAssertion(() => Assert.Contains("training=before&index=idx_h&image", Address.Uri));
        page.WaitForAssertion(() => Assert.Equal(["h · 64 · before training", "z · 64 · before training"], page.FindAll(".gallery .sub").Select(s => s.TextContent)));
        page.WaitForAssertion(() => Assert.Contains("image-5.png", Tiles(page, 0)[0].InnerHtml));
    }

    [Fact]
    public void A_link_to_an_index_before_training_opens_its_trained_one_with_the_switch_set()
    {
        TwoIndexes();
        WithRun(ResourceState.Ready);
        Server.Post("/api/v1/indexes/idx_h0/neighbours", PatchSamples.Found("idx_h0", 5, 6, 7)).Post("/api/v1/indexes/idx_z0/neighbours", PatchSamples.Found("idx_z0", 5, 6));
        var page = Shown(Open("?index=idx_h0"));
        Assert.Contains("training=before&index=idx_h&image", Address.Uri);
    }

    [Fact]
    public async Task What_is_not_indexed_before_training_is_offered_with_its_cost()
    {
        TwoIndexes();
        WithRun();
        Job Took(string id) => new(id, JobKind.Index, "idx", JobState.Completed, null, null, PatchSamples.Then, PatchSamples.Then, PatchSamples.Then.AddSeconds(4));
        Server.Get("/api/v1/jobs/job_h", Took("job_h")).Get("/api/v1/jobs/job_z", Took("job_z"))
            .Post("/api/v1/indexes", PatchSamples.Index("idx_new", VectorKind.Embedding, ResourceState.Queued));
        var page = Open("?training=before");
        page.WaitForAssertion(() => Assert.Contains("3,200 patches, 410 kB on disk, about 8 s", Text(page.Find("[aria-label='Before training']").TextContent)));
        Assert.Empty(page.FindAll(".gallery"));
        WithRun(ResourceState.Queued);
        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent.Contains("Index before training")).Click());
        page.WaitForAssertion(() => Assert.Contains("Being indexed", page.Find("[aria-label='Before training']").TextContent));
        Assert.Equal(2, Server.Sent("POST", "/api/v1/indexes").Count(r => r.Body.Contains("\"untrained\":true")));
    }

    [Fact]
    public void Who_comes_from_the_demo_is_told_once_what_it_showed()
    {
        TwoIndexes();
        Server.Get("/api/v1/demo", new DemoStatus(JobState.Completed, "done", null, "ds_1", "run_1", "idx_h", "idx_z", "ev_1", null)
        {
            Findings = new DemoFindings(
                "It learned parts.", "Look at the bullseyes.", "ds_1-4", 9, new Box(0, 0, 16, 16), new DemoAccuracy(.7, .2, .2, .11, 400),
                new DemoSameParts(.6, .6, .2, .1, 24, 100)),
        });
        var page = Shown(Open("?index=idx_h&from=demo"));
        Assert.Equal("It learned parts. Look at the bullseyes.", Text(page.Find(".story .mud-alert-message").TextContent));
        Assert.Equal("http://localhost/neighbours?index=idx_h&image=ds_1-4&patch=9", Address.Uri);
        // The address as it stands now tells it no more.
        Assert.Empty(Shown(Render<NeighboursPage>()).FindAll(".story"));
    }

    private static Explanation Locality(ResourceState state) => new(
        "ex_1", ExplanationKind.Locality, "ck_1", "first run", "run_1", new string('a', 64), "ds_1", "Scenes", 0, "hash",
        new ExplanationOptions { Locality = new LocalityOptions() }, state, new Reading("", "", ""),
        state != ResourceState.Ready ? null : new ExplanationReport
        {
            Locality = new LocalityReport(100, 100, null, 1600, 500, 100, 10,
            [
                Measure(PatchLikeness.SameClass, .219, .231, .109, ExpectationOutcome.Undecided), Measure(PatchLikeness.ColourDistance, 17.1, 19.3, 38.5, ExpectationOutcome.AsExpected),
            ], [], "Protocol."),
        }, null, "job_x", null, PatchSamples.Then);

    private static LocalityMeasure Measure(PatchLikeness likeness, double h, double z, double chance, ExpectationOutcome outcome)
    {
        MeanEstimate Of(double mean) => new(mean, mean - .01, mean + .01, 500);
        return new LocalityMeasure(
            likeness, null, Of(chance), [new(VectorKind.Embedding, Of(h)), new(VectorKind.Projection, Of(z))],
            [new(VectorKind.Projection, new ExpectedDifference(1, Of(z - h), outcome))]);
    }
}
