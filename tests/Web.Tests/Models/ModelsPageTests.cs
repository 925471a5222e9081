using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Models;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Models;

public sealed class ModelsPageTests : DashboardContext
{
    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.Later<Page<Model>>("GET", "/api/v1/models");
        Assert.NotNull(Render<ModelsPage>().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Says_what_to_do_when_there_is_none()
    {
        Server.Get("/api/v1/models", FakeServer.Page<Model>());
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Contains("No model yet", page.Markup));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/models", 500, "Fault", "The database is locked.");
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Shows_dimensions_hash_origin_and_the_download()
    {
        Server.Get("/api/v1/models", FakeServer.Page(PatchSamples.Model(), PatchSamples.Model("ck_2", projection: null)));
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var text = page.Find("tbody tr").TextContent.Replace('\u00a0', ' ');
        Assert.All(new[] { "h 128 · z 64", "hidden 256", "ck_1", "32 × 32 px", "25 % of the image", "aaaaaaaaaaaa…" }, part => Assert.Contains(part, text));
        Assert.Equal(["runs/run_1", "embed?model=ck_1", "api/v1/checkpoints/ck_1/content"], page.FindAll("tbody tr:first-child a").Select(a => a.GetAttribute("href")));
        Assert.Contains("no projector", page.FindAll("tbody tr")[1].TextContent);
    }
}
