using System.Net;
using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Server;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Server;

public sealed class SystemPageTests : DashboardContext
{
    private static readonly Job Running = new(
        "job_1", JobKind.Index, "idx_1", JobState.Running, new Progress(40, 100, "images", 20, 3), null, PatchSamples.Then, PatchSamples.Then, null);

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<SystemInfo>("GET", "/api/v1/system");
        Assert.NotNull(Render<SystemPage>().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/system", 500, "Fault", "The database is locked.");
        var page = Render<SystemPage>();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Shows_torch_device_memory_disk_queue_and_versions()
    {
        Server.Get("/api/v1/system", PatchSamples.System()).Get("/api/v1/jobs", FakeServer.Page<Job>());
        var page = Render<SystemPage>();
        page.WaitForAssertion(() => Assert.Contains("No job yet", page.Markup));
        var text = page.Markup.Replace("&nbsp;", " ").Replace('\u00a0', ' ');
        Assert.All(new[] { "libtorch 2.10.0 on cpu, bf16", "512 MB", "40 GB", "0.1.0", "Data:ImportRoots" }, part => Assert.Contains(part, text));
        Assert.NotNull(page.Find(".state-ready"));
    }

    [Fact]
    public void Says_that_torch_does_not_load()
    {
        Server.Get("/api/v1/system", PatchSamples.System(device: "")).Get("/api/v1/jobs", FakeServer.Page<Job>());
        var page = Render<SystemPage>();
        page.WaitForAssertion(() => Assert.Contains("not available", page.Find(".state-failed").TextContent));
        Assert.Contains("libtorch could not be loaded", page.Markup);
    }

    [Fact]
    public void Cancels_a_job()
    {
        var cancelled = false;
        Server.Get("/api/v1/jobs", _ => FakeServer.Page(cancelled ? Running with { State = JobState.Stopped } : Running))
            .On("DELETE", "/api/v1/jobs/job_1", _ =>
            {
                cancelled = true;
                return new HttpResponseMessage(HttpStatusCode.Accepted);
            });
        var page = Render<JobList>();
        page.WaitForAssertion(() => Assert.Contains("40 of 100 images", page.Markup));
        page.Find("tbody button").Click();
        page.WaitForAssertion(() => Assert.Contains("state-stopped", page.Markup));
        Assert.Empty(page.FindAll("tbody button"));
    }
}
