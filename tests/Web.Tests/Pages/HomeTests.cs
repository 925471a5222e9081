using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Runs;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

public sealed class HomeTests : DashboardContext
{
    private static readonly DemoStatus NoDemo = new(null, null, null, null, null, null, null, null, null);

    public HomeTests()
    {
        RenderProviders();
        Server.Get("/api/v1/demo", NoDemo).Get("/api/v1/runs", FakeServer.Page<RunSummary>());
    }

    [Fact]
    public void Shows_grey_lines_until_the_runs_come()
    {
        var runs = Server.LaterAsync<Page<RunSummary>>("GET", "/api/v1/runs");
        var page = Render<Home>();
        Assert.NotEmpty(page.FindAll(".loading-state"));
        runs.SetResult(FakeServer.Page(Samples.Run()));
        page.WaitForAssertion(() => Assert.Contains("quick on Scenes", page.Markup));
        Assert.Empty(page.FindAll(".loading-state"));
    }

    [Fact]
    public void Two_chosen_runs_can_be_compared()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run(), Samples.Run("run_2", JobState.Completed, "other")));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("input.pick").Count));
        page.FindAll("input.pick")[1].Change(true);
        Assert.Contains("Choose another one.", page.Markup);
        page.FindAll("input.pick")[0].Change(true);
        Assert.NotNull(page.Find("a[href='compare?runs=run_2,run_1']"));
        page.FindAll("input.pick")[1].Change(false);
        Assert.Empty(page.FindAll("a[href^=compare]"));
    }

    [Fact]
    public void Shows_state_progress_time_left_metrics_and_dataset()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run(), Samples.Run("run_2", JobState.Interrupted, "other")));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var row = page.FindAll("tbody tr")[0].TextContent;
        Assert.Contains("running", row);
        Assert.Contains("120 of 400 steps", row);
        Assert.Contains("2\u00a0min 20\u00a0s left", row);
        Assert.Contains("41.2\u00a0% of 250", row);
        Assert.Contains("-171.2", row);
        Assert.Contains("interrupted", page.FindAll("tbody tr")[1].TextContent);
    }

    [Fact]
    public void An_accuracy_of_few_images_is_called_no_best_and_an_unknown_count_is_said_to_be_unknown()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(
            Samples.Run() with { BestMetric = new BestMetric("loss", -212, 90), BestNote = "too few labelled images to measure: 6" },
            Samples.Run("run_2", JobState.Completed, "of an earlier version") with { BestMetric = new BestMetric("knn", 5 / 6.0, 100) }));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var cells = page.FindAll("td[data-label=Best]").Select(c => c.TextContent.Replace('\u00a0', ' ')).ToList();
        Assert.Contains("-212", cells[0]);
        Assert.Contains("kNN: too few labelled images to measure: 6", cells[0]);
        Assert.Contains("83.3 % (count unknown)", cells[1]);
    }

    [Fact]
    public void What_runs_took_stands_in_columns_that_sort()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run(), Samples.Run("run_2", JobState.Queued, "other") with { StartedAt = null, Cost = null }));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.StartsWith("245,760", Cell(0, "Patches processed"));
        Assert.Equal("1\u00a0h 2\u00a0min", Cell(0, "Time at work"));
        Assert.Equal("2.15\u00a0GBcpu (2 threads), bf16", Cell(0, "Peak memory and device"));
        Assert.Equal("not started", Cell(1, "Time at work"));
        foreach (var (heading, field) in new[] { ("Patches", "patches"), ("Time", "seconds"), ("Memory", "memory") })
        {
            page.FindAll("th button").First(b => b.TextContent.Contains(heading)).Click();
            page.WaitForAssertion(() => Assert.Contains(Server.Requests, r => r.Query.Contains($"sort=-{field}")));
        }

        string Cell(int row, string label) => page.FindAll("tbody tr")[row].QuerySelector($"[data-label='{label}']")!.TextContent;
    }

    [Fact]
    public void Says_why_runs_cannot_be_shown_and_tries_again()
    {
        Server.Refuse("GET", "/api/v1/runs", 503, "Starting", "The database is being prepared.");
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Contains("The database is being prepared.", page.Find("[role=alert]").TextContent));
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run()));
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Contains("quick on Scenes", page.Markup));
    }

    [Fact]
    public async Task An_empty_server_offers_the_demo_and_shows_its_steps()
    {
        Server.Post("/api/v1/demo", NoDemo with { State = JobState.Running, Step = "training", Progress = new Progress(90, 400, "steps", 3, 103), RunId = "run_1" });
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Contains("Nothing has been trained yet", page.Markup));
        Server.Get("/api/v1/demo", NoDemo with { State = JobState.Running, Step = "training", Progress = new Progress(90, 400, "steps", 3, 103), RunId = "run_1" });
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent.Contains("Run the demo")).Click());
        page.WaitForAssertion(() => Assert.Contains("90 of 400 steps", page.Find("[aria-current=step]").TextContent));
        Assert.Contains("runs/run_1", page.Markup);
    }

    [Fact]
    public void A_finished_demo_links_to_what_it_made()
    {
        Server.Get("/api/v1/demo", new DemoStatus(JobState.Completed, "done", null, "ds_1", "run_1", "idx_h", "idx_z", "ev_1", null));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Contains("The demo is ready", page.Markup));
        var links = page.FindAll("a").Select(a => a.GetAttribute("href")).ToList();
        Assert.Contains(links, l => l!.StartsWith("neighbours?", StringComparison.Ordinal) && l.Contains("idx_h") && l.Contains("idx_z"));
        Assert.Contains("evaluations?id=ev_1", links);
    }

    [Fact]
    public void Sorting_and_filtering_are_asked_of_the_server_and_kept_in_the_address()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run()));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tbody tr")));
        page.FindAll("th button").First(b => b.TextContent.Contains("Best")).Click();
        page.WaitForAssertion(() => Assert.Contains(Server.Requests, r => r.Query.Contains("sort=-best")));
        Services.GetRequiredService<NavigationManager>().NavigateTo("?filter=state:failed lr");
        page.WaitForAssertion(() => Assert.Contains(Server.Requests, r => r.Query.Contains("filter=state:failed lr")));
    }

    [Fact]
    public void A_note_is_written_where_it_stands()
    {
        Server.Get("/api/v1/runs", FakeServer.Page(Samples.Run())).On("PATCH", "/api/v1/runs/run_1", _ => FakeServer.Json(Samples.Detail(Samples.Run())));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".note-button")));
        page.Find(".note-button").Click();
        page.Find(".row-note input").Input("narrow");
        page.Find(".row-note input").KeyDown("Enter");
        page.WaitForAssertion(() => Assert.Contains("\"note\":\"narrow\"", Assert.Single(Server.Sent("PATCH", "/api/v1/runs/run_1")).Body));
    }

    [Fact]
    public void Turns_pages_by_the_servers_cursor()
    {
        Server.Get("/api/v1/runs", r => r.Query.Contains("cursor=c2")
            ? new Page<RunSummary>([Samples.Run("run_26", name: "the last one")], null, 26)
            : new Page<RunSummary>([Samples.Run()], "c2", 26));
        var page = Render<Home>();
        page.WaitForAssertion(() => Assert.Contains("of 26", page.Find(".cursor-pager").TextContent));
        page.Find("[aria-label='Next page']").Click();
        page.WaitForAssertion(() => Assert.Contains("the last one", page.Markup));
        Assert.True(page.Find("[aria-label='Next page']").HasAttribute("disabled"));
    }
}
