using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Neighbours;

/// <summary>The neighbours page before a server with two indexes of one model.</summary>
public abstract class NeighboursContext : DashboardContext
{
    protected BunitNavigationManager Address => Services.GetRequiredService<BunitNavigationManager>();

    protected IRenderedComponent<NeighboursPage> Open(string query = "")
    {
        RenderProviders();
        Address.NavigateTo("neighbours" + query);
        return Render<NeighboursPage>();
    }

    protected void TwoIndexes()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page(PatchSamples.Index("idx_h", VectorKind.Embedding), PatchSamples.Index("idx_z", VectorKind.Projection)))
            .Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()))
            .Get("/api/v1/explanations", FakeServer.Page<Explanation>())
            .Get("/api/v1/datasets/ds_1", PatchSamples.Dataset("ds_1", "cat", "dog"))
            .Get("/api/v1/datasets/ds_1/images", FakeServer.Page(PatchSamples.Image(0), PatchSamples.Image(1, "dog")))
            .Post("/api/v1/indexes/idx_h/neighbours", PatchSamples.Found("idx_h", 2, 3, 4))
            .Post("/api/v1/indexes/idx_z/neighbours", PatchSamples.Found("idx_z", 2, 6))
            .Post("/api/v1/indexes/idx_h/similarity", PatchSamples.Map("ds_1-0"))
            .Post("/api/v1/indexes/idx_z/similarity", PatchSamples.Map("ds_1-0"));
        foreach (var i in Enumerable.Range(0, 8)) Server.Get($"/api/v1/images/ds_1-{i}", PatchSamples.Image(i));
    }

    protected static IReadOnlyList<IElement> Tiles(IRenderedComponent<NeighboursPage> page, int gallery) =>
        [.. page.FindAll(".gallery")[gallery].QuerySelectorAll(".tile:not(.waiting):not(.query)")];

    protected static IRenderedComponent<NeighboursPage> Shown(IRenderedComponent<NeighboursPage> page)
    {
        page.WaitForAssertion(() => Assert.Equal((3, 2), (Tiles(page, 0).Count, Tiles(page, 1).Count)));
        return page;
    }
}
