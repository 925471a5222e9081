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
        Server.LaterAsync<Page<Model>>("GET", "/api/v1/models");
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
        Assert.Equal(["runs/run_1", "embed?model=ck_1", "api/v1/models/ck_1/content"], page.FindAll("tbody tr:first-child a").Select(a => a.GetAttribute("href")));
        Assert.Contains("no projector", page.FindAll("tbody tr")[1].TextContent);
    }

    [Fact]
    public void An_imported_encoder_says_so_and_can_be_renamed_and_deleted()
    {
        Server.Get("/api/v1/models", FakeServer.Page(PatchSamples.Imported(), PatchSamples.Model()));
        RenderProviders();
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var text = page.Find("tbody tr").TextContent.Replace('\u00a0', ' ');
        Assert.All(new[] { "theirs", "imported", "ResNet-18, ImageNet stem", "without fc.bias, fc.weight of its file", "no projector" }, part => Assert.Contains(part, text));
        Assert.Empty(page.FindAll("tbody tr:last-child button[aria-label^=Delete], tbody tr:last-child button[aria-label^=Rename]"));

        Server.On("PATCH", "/api/v1/models/mdl_1", _ => FakeServer.Json(PatchSamples.Imported()));
        page.Find("button[aria-label='Rename theirs']").Click();
        Dialogs.WaitForElement("input").Input("ours");
        Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Save").Click();
        page.WaitForAssertion(() => Assert.Contains("\"name\":\"ours\"", Server.Sent("PATCH", "/api/v1/models/mdl_1").Single().Body));

        Server.Refuse("DELETE", "/api/v1/models/mdl_1", 409, "In use", "Model 'mdl_1' is used by 1 index: delete them first.");
        page.Find("button[aria-label='Delete theirs']").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Delete theirs?", Dialogs.Markup));
        Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Delete").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("used by 1 index", Dialogs.Markup));
    }
}
