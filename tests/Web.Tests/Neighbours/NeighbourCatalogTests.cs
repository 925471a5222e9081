using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Patches;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Neighbours;

public sealed class NeighbourCatalogTests
{
    private readonly PatchIndex _h = PatchSamples.Index("idx_h", VectorKind.Embedding), _z = PatchSamples.Index("idx_z", VectorKind.Projection);

    [Fact]
    public void Puts_the_other_space_of_the_same_patches_beside_an_index()
    {
        var catalog = new NeighbourCatalog([_z, _h, _z with { Id = "idx_other", Model = "ck_2" }, _z with { Id = "idx_grid", Patches = "grid:4" }], []);
        Assert.Equal(_h, catalog.Default);
        Assert.Equal(_z, catalog.Beside(_h, null));
        Assert.Equal(_h, catalog.Beside(_z, null));
        Assert.Null(catalog.Beside(_h, NeighbourView.None));
        Assert.Equal("idx_other", catalog.Beside(_h, "idx_other")!.Id);
    }

    [Fact]
    public void Offers_only_indexes_that_are_ready()
    {
        var catalog = new NeighbourCatalog([_h, _z with { State = ResourceState.Building }], []);
        Assert.Equal([_h], catalog.Ready);
        Assert.Null(catalog.Sibling(_h));
    }

    [Fact]
    public void Takes_the_patch_scale_from_the_model() =>
        Assert.Equal((0.1, 0.25), (new NeighbourCatalog([_h], [PatchSamples.Model() with { PatchScale = 0.1 }]).Scale(_h), new NeighbourCatalog([_h], []).Scale(_h)));
}
