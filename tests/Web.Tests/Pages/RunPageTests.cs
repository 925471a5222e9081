using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Runs;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

public sealed class RunPageTests : DashboardContext
{
    public RunPageTests()
    {
        RenderProviders();
        Serve(Samples.Run());
        Server.Get("/api/v1/runs/run_1/metrics", new RunMetrics([new MetricSeries("loss", [Samples.Bucket(1, -100), Samples.Bucket(2, -120)])], 40));
        Server.Get("/api/v1/runs/run_1/checkpoints", FakeServer.Page(new Checkpoint("ck_1", "run_1", 250, 4_812_331, "9f86d081884c7d659a2feaa0c55ad015", Samples.Noon)));
        Server.Get("/api/v1/runs/run_1/log", r => r.Query.Contains("after") ? FakeServer.Page<LogLine>() : FakeServer.Page(new LogLine(1, Samples.Noon, "warning", "RankMe is low.")));
    }

    [Fact]
    public void Follows_the_run_from_the_last_known_point()
    {
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(("run_1", 40L), Assert.Single(Hub.Subscriptions)));
        Hub.Send("run_1", Samples.Point(41, 3, -130), Samples.Point(42, 4, -140));
        page.WaitForAssertion(() => Assert.Equal([-100, -120, -130, -140], Loss(page).Y));
        page.WaitForAssertion(() => Assert.Contains("-140", page.Markup));
    }

    [Fact]
    public void The_time_a_run_stood_still_is_not_its_time_at_work()
    {
        // It was started at noon and finished long after; the account says an hour and two minutes.
        Serve(Samples.Run(state: JobState.Stopped) with { FinishedAt = Samples.Noon.AddDays(3) });
        var page = Open();
        var facts = page.Find("[aria-label='About this run']").TextContent;
        Assert.Contains("1\u00a0h 2\u00a0min", facts);
        Assert.Contains("245,760 processed", facts);
        Assert.Contains("2.15\u00a0GB", facts);
        Assert.DoesNotContain("3\u00a0d", facts);
    }

    [Fact]
    public async Task A_new_diagnostic_brings_its_spectrum()
    {
        Server.Get("/api/v1/runs/run_1/spectrum", new RunSpectra([new FeatureSpectrum(50, Samples.Noon, VectorKind.Embedding, 128, 256, 41.25, [1, 2, 5], [4, 2, 1])]));
        var page = Open();
        Assert.Empty(Server.Sent("GET", "/api/v1/runs/run_1/spectrum"));
        Hub.Send("run_1", Samples.Point(41, 50, 41.25, "rankMe"));
        page.WaitForAssertion(() => Assert.Single(Server.Sent("GET", "/api/v1/runs/run_1/spectrum")));
        // Found and clicked in one turn: the page renders again when the spectrum arrives.
        await page.InvokeAsync(() => page.FindAll("[role=tab]").First(t => t.TextContent.Contains("Spectrum")).Click());
        page.WaitForAssertion(() => Assert.Contains("Step 50, RankMe 41.25", page.Markup));
    }

    [Fact]
    public void A_dropped_connection_shows_and_heals_without_a_gap()
    {
        var page = Open();
        Hub.Send("run_1", Samples.Point(41, 3, -130));
        Hub.Lose();
        page.WaitForAssertion(() => Assert.Contains("The live connection dropped", page.Markup));
        Hub.Restore();
        page.WaitForAssertion(() => Assert.DoesNotContain("The live connection dropped", page.Markup));
        Assert.Equal(("run_1", 41L), Hub.Subscriptions[^1]);
        Hub.Send("run_1", Samples.Point(41, 3, -130), Samples.Point(42, 4, -140));
        page.WaitForAssertion(() => Assert.Equal([1, 2, 3, 4], Loss(page).X));
    }

    [Fact]
    public void A_changed_run_is_read_again()
    {
        var page = Open();
        Serve(Samples.Run(state: JobState.Interrupted));
        Hub.Change("run_1");
        page.WaitForAssertion(() => Assert.Contains("Resume goes on from its newest checkpoint", page.Markup));
        Assert.Contains("interrupted", page.Find("h1 .state-chip").TextContent);
    }

    [Fact]
    public void Stops_on_request()
    {
        Server.Post("/api/v1/runs/run_1/stop", Samples.Detail(Samples.Run(state: JobState.Stopping)));
        var page = Open();
        page.FindAll("button").First(b => b.TextContent.Trim() == "Stop").Click();
        page.WaitForAssertion(() => Assert.Single(Server.Sent("POST", "/api/v1/runs/run_1/stop")));
        Messages.WaitForAssertion(() => Assert.Contains("Asked to stop", Messages.Markup));
    }

    [Fact]
    public void A_refused_action_says_why()
    {
        Server.Refuse("POST", "/api/v1/runs/run_1/resume", 409, "Wrong state", "The run is completed; only stopped, failed and interrupted runs resume.");
        Serve(Samples.Run(state: JobState.Stopped));
        var page = Open();
        page.FindAll("button").First(b => b.TextContent.Trim() == "Resume").Click();
        Messages.WaitForAssertion(() => Assert.Contains("only stopped, failed and interrupted runs resume", Messages.Markup));
    }

    [Fact]
    public void Smoothing_keeps_the_raw_line_behind()
    {
        var page = Open();
        page.Find("#smooth").Input("0.5");
        page.WaitForAssertion(() => Assert.Equal([-100, -120], Loss(page).Faint!));
        Assert.Equal((.25 * -100 + .5 * -120) / .75, Loss(page).Y[1], 9);
    }

    [Fact]
    public async Task Reads_finer_buckets_where_the_person_zooms()
    {
        Server.Get("/api/v1/runs/run_1/metrics", r => r.Query.Contains("from=")
            ? new RunMetrics([new MetricSeries("loss", [Samples.Bucket(15, 1), Samples.Bucket(16, 2), Samples.Bucket(20, 3)])], 40)
            : new RunMetrics([new MetricSeries("loss", [new MetricBucket(10, 1, 0, 2, Samples.Noon), new MetricBucket(20, 3, 1, 4, Samples.Noon)])], 40));
        var page = Open();
        var chart = page.FindComponent<LineChart>();
        await chart.Instance.OnRange(14.5, 20);
        page.WaitForAssertion(() => Assert.Equal([10, 15, 16, 20], Loss(page).X));
        Assert.Contains(Server.Requests, r => r.Query.Contains("names=loss") && r.Query.Contains("from=14") && r.Query.Contains("to=20"));
        await chart.Instance.OnRange(null, null);
        page.WaitForAssertion(() => Assert.Equal([10, 20], Loss(page).X));
    }

    [Fact]
    public void Marks_what_differs_in_the_recipe_and_lists_checkpoints_and_log()
    {
        var page = Open();
        page.FindAll("[role=tab]").First(t => t.TextContent.Contains("Recipe")).Click();
        page.WaitForAssertion(() => Assert.Contains("Views", Assert.Single(page.FindAll("tr.differs")).TextContent));
        Assert.Contains("api/v1/checkpoints/ck_1/content", page.Markup);
        Assert.Contains("4.81\u00a0MB", page.Markup);
        Assert.Contains("RankMe is low.", page.Markup);
    }

    [Fact]
    public void An_unknown_run_says_so()
    {
        Server.Refuse("GET", "/api/v1/runs/nope/metrics", 404, "Not found", "No run has the id 'nope'.");
        var page = Render<RunPage>(p => p.Add(r => r.Id, "nope"));
        page.WaitForAssertion(() => Assert.Contains("No run has the id 'nope'.", page.Find("[role=alert]").TextContent));
    }

    private void Serve(RunSummary run) => Server.Get("/api/v1/runs/run_1", Samples.Detail(run));

    private IRenderedComponent<RunPage> Open()
    {
        var page = Render<RunPage>(p => p.Add(r => r.Id, "run_1"));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindComponents<LineChart>()));
        page.WaitForAssertion(() => Assert.NotEmpty(Hub.Subscriptions));
        return page;
    }

    private static ChartSeries Loss(IRenderedComponent<RunPage> page) => Assert.Single(page.FindComponent<LineChart>().Instance.Series);
}
