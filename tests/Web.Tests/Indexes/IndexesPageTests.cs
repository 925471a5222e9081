using Bunit;
using MudBlazor;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Indexes;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Indexes;

public sealed class IndexesPageTests : DashboardContext
{
    private IRenderedComponent<IndexesPage> Open()
    {
        RenderProviders();
        return Render<IndexesPage>();
    }

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<Page<PatchIndex>>("GET", "/api/v1/indexes");
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Says_what_to_do_when_there_is_none()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("No index yet", page.Markup));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Unreachable("GET", "/api/v1/indexes");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Server not reachable", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Shows_state_progress_size_and_recall()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page(
            PatchSamples.Index("a", VectorKind.Embedding), PatchSamples.Index("b", VectorKind.Projection, ResourceState.Building), PatchSamples.Index("c", VectorKind.Hidden, ResourceState.Failed)));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
        var text = page.Find("tbody").TextContent.Replace('\u00a0', ' ');
        Assert.All(new[] { "1,600", "205 kB", "100.0 %", "40 of 100 images", "The disk is full." }, part => Assert.Contains(part, text));
        Assert.Equal("neighbours?index=a", page.Find("tbody a").GetAttribute("href"));
    }

    [Fact]
    public void Builds_both_spaces_at_once()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>()).Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset())).Post("/api/v1/indexes", PatchSamples.Index("idx_n", VectorKind.Embedding, ResourceState.Queued));
        var page = Open();
        page.WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("1,600", Dialogs.Markup));
        var storage = Dialogs.FindComponent<MudSelect<VectorStorage>>();
        storage.InvokeAsync(() => storage.Instance.ValueChanged.InvokeAsync(VectorStorage.Int8));
        Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Build").Click();
        page.WaitForAssertion(() => Assert.Equal(2, Server.Sent("POST", "/api/v1/indexes").Count()));
        Assert.All(Server.Sent("POST", "/api/v1/indexes"), r => Assert.Contains("\"storage\":\"int8\"", r.Body));
        Assert.Equal(["embedding", "projection"], Server.Sent("POST", "/api/v1/indexes").Select(r => r.Body.Contains("\"projection\"") ? "projection" : "embedding"));
    }

    [Fact]
    public void A_model_without_a_projector_is_indexed_by_its_embedding()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>()).Get("/api/v1/models", FakeServer.Page(PatchSamples.Imported()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset())).Post("/api/v1/indexes", PatchSamples.Index("idx_n", VectorKind.Embedding, ResourceState.Queued));
        var page = Open();
        page.WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("This model has no projector", Dialogs.Markup));
        Assert.Equal([true, true, false], Dialogs.FindAll("input[type=radio]").Select(r => r.HasAttribute("disabled")));
        Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Build").Click();
        page.WaitForAssertion(() => Assert.Contains("\"embedding\"", Server.Sent("POST", "/api/v1/indexes").Single().Body));
    }

    [Fact]
    public void Says_what_is_missing_before_an_index_can_be_built()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>()).Get("/api/v1/models", FakeServer.Page<Model>()).Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset()));
        Open().WaitForElement(".empty-state button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("An index needs a model", Dialogs.Markup));
    }

    [Fact]
    public void Asks_before_it_deletes_and_shows_a_refusal()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page(PatchSamples.Index("a", VectorKind.Embedding)))
            .Refuse("DELETE", "/api/v1/indexes/a", 409, "Conflict", "The index is being searched.");
        Open().WaitForElement("tbody button").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Delete this index?", Dialogs.Markup));
        Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Delete").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("The index is being searched.", Dialogs.Markup));
    }
}
