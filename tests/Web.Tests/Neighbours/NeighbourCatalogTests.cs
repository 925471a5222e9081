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
        Assert.Null(catalog.Beside(_h, NeighbourAddress.None));
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
    public void One_before_training_is_found_from_its_trained_one_and_is_no_choice_of_its_own()
    {
        PatchIndex h0 = _h with { Id = "idx_h0", Untrained = true, RunId = "run_1", Model = "ck_0" }, z0 = _z with { Id = "idx_z0", Untrained = true, RunId = "run_1" };
        PatchIndex h = _h with { RunId = "run_1" }, z = _z with { RunId = "run_1" };
        var catalog = new NeighbourCatalog([h0, z0, h0 with { Id = "idx_other", RunId = "run_2" }, h0 with { Id = "idx_grid", Patches = "grid:4" }, h, z], []);
        Assert.Equal([h, z], catalog.Trained);
        Assert.Equal((h, z), (catalog.Default, catalog.Beside(h, null)));
        Assert.Equal((h0, z0), (catalog.Before(h), catalog.Before(z)));
        Assert.Equal((h, null), (catalog.After(h0), catalog.Before(h0)));
        Assert.Null(catalog.After(h0 with { RunId = "run_3" }));
        Assert.Null(new NeighbourCatalog([h, h0 with { State = ResourceState.Failed }], []).Before(h));
        Assert.Contains(", before training", catalog.Name(h0));
        Assert.DoesNotContain("before training", catalog.Name(h));
    }

    [Fact]
    public void Takes_the_patch_scale_from_the_model() =>
        Assert.Equal((0.1, 0.25), (new NeighbourCatalog([_h], [PatchSamples.Model() with { PatchScale = 0.1 }]).Scale(_h), new NeighbourCatalog([_h], []).Scale(_h)));
}
