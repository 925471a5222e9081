using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Tests.Evaluation;

public sealed class SamePartTests
{
    /// <summary>Three images of two patches: kinds 0 and 1, 0 and none, 1 and 1.</summary>
    private static readonly int?[] Kinds = [0, 1, 0, null, 1, 1];

    [Fact]
    public void A_share_counts_the_nearest_rows_of_the_same_kind()
    {
        // Row 0 shows kind 0: rows 2 and 4 are half right. Row 1 shows kind 1: rows 4, 5 and 3 are two thirds right.
        Assert.Equal((.5 + 2 / 3.0) / 2, SamePart.Share(Kinds, [0, 1], [[2, 4], [4, 5, 3]]), 12);
    }

    [Fact]
    public void Chance_is_the_share_of_the_kind_in_other_images()
    {
        // Row 0: of the four rows of other images one shows kind 0. Row 4: of four one shows kind 1, for its own image does not count.
        Assert.Equal(.25, SamePart.Chance(Kinds, 2, [0]), 12);
        Assert.Equal(.25, SamePart.Chance(Kinds, 2, [4]), 12);
        Assert.Equal(.5, SamePart.Chance(Kinds, 2, [1]), 12);
        Assert.Equal((.25 + .5) / 2, SamePart.Chance(Kinds, 2, [0, 1]), 12);
    }

    [Fact]
    public void Chance_is_what_all_rows_of_other_images_give()
    {
        var everyOther = new[] { 0L, 1, 2, 4, 5 }
            .Select(query => (IReadOnlyList<long>)[.. Enumerable.Range(0, 6).Where(row => row / 2 != query / 2).Select(row => (long)row)]).ToList();

        Assert.Equal(SamePart.Chance(Kinds, 2, [0, 1, 2, 4, 5]), SamePart.Share(Kinds, [0, 1, 2, 4, 5], everyOther), 12);
    }

    [Fact]
    public void Only_patches_of_the_wanted_images_that_show_a_part_are_asked()
    {
        Assert.Equal([0L, 1, 2], SamePart.Queries(Kinds, 2, image => image < 2, 100));
        Assert.Equal([0L, 2], SamePart.Queries(Kinds, 2, _ => true, 2));
        Assert.Empty(SamePart.Queries(Kinds, 2, _ => false, 2));
    }

    [Fact]
    public void Nothing_asked_shares_nothing()
    {
        Assert.Equal(0, SamePart.Share(Kinds, [], []));
        Assert.Equal(0, SamePart.Chance(Kinds, 2, []));
        Assert.Throws<ArgumentException>(() => SamePart.Share(Kinds, [0], []));
    }

    [Fact]
    public void Patches_of_scenes_come_in_the_order_of_an_index()
    {
        var spec = new GeneratedSpec(12, 64, 3, SceneSet.Kinds);
        var grid = new PatchGrid(4);

        var rows = ScenePatches.Of(spec, grid, .25);

        Assert.Equal(48, rows.Length);
        Assert.Equal(SceneGenerator.Parts(spec, 7).Look(.5, 0, .5, .5), rows[7 * 4 + 1]);
        Assert.Equal(SceneGenerator.Parts(spec, 11).Look(0, .5, .5, .5), rows[11 * 4 + 2]);
        Assert.Throws<ArgumentException>(() => ScenePatches.Of(spec with { Scenes = SceneSet.Mixtures }, grid, .25));
    }
}
