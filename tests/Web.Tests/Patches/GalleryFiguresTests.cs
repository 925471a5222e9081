using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Tests.Patches;

public sealed class GalleryFiguresTests
{
    private static Neighbour Hit(int rank, string image, string? @class, double score, double x = 0, int size = 32) =>
        new(rank, $"idx-{rank}", image, image, @class, new Box(x, 0, 16, 16), score, "", size, size);

    [Fact]
    public void Counts_scores_images_and_classes()
    {
        var figures = GalleryFigures.Of([Hit(1, "a", "cat", 0.9), Hit(2, "b", "cat", 0.7, x: 16), Hit(3, "b", "dog", 0.5, x: 7), Hit(4, "c", null, 0.3)]);
        Assert.Equal(0.6, figures.MeanScore!.Value, 12);
        Assert.Equal((0.3, 3, 2), (figures.LowestScore!.Value, figures.Images, figures.Classes));
    }

    [Fact]
    public void Says_nothing_where_nothing_can_be_said() => Assert.Equal(new GalleryFigures(null, null, 0, 0), GalleryFigures.Of([]));

    [Fact]
    public void Overlap_compares_places_because_patch_ids_differ_between_indexes()
    {
        Neighbour[] first = [Hit(1, "a", null, 0.9), Hit(2, "b", null, 0.8), Hit(3, "c", null, 0.7)];
        Neighbour[] second = [Hit(7, "b", null, 0.5, x: 0.1), Hit(8, "c", null, 0.4, x: 9), Hit(9, "d", null, 0.3)];
        Assert.Equal(1, GalleryFigures.Overlap(first, second));
        Assert.Equal(2, GalleryFigures.SharedImages(first, second));
    }
}

public sealed class SimilarityTilesTests
{
    [Fact]
    public void Overlapping_patches_become_tiles_that_cover_the_image_once()
    {
        var cells = PatchCells.Of("grid:9", 0.25, 60, 60);
        var map = new SimilarityMap("i", 3, 3, [.. cells.Boxes.Select((b, i) => new SimilarityCell(b, i / 10.0))]);
        var tiles = SimilarityTiles.Of(map, 60, 60);
        Assert.Equal(60 * 60, tiles.Sum(t => t.Box.Width * t.Box.Height), 6);
        // Centres lie at 15, 30 and 45: the borders between them at 22.5 and 37.5.
        Assert.Equal(new Box(22.5, 22.5, 15, 15), tiles[4].Box);
        Assert.Equal(0.4, tiles[4].Score);
    }

    [Fact]
    public void Colours_are_fixed_to_scores_and_end_at_the_scale()
    {
        Assert.Equal(ScoreScale.Signed.Colour(-1), ScoreScale.Unit.Colour(0));
        Assert.Equal(ScoreScale.Unit.Colour(1), ScoreScale.Unit.Colour(3));
        Assert.Equal("rgb(33 144 141)", ScoreScale.Signed.Colour(0));
    }

    [Fact]
    public void A_scale_around_scores_spans_them_and_makes_nothing_of_noise()
    {
        Assert.Equal(new ScoreScale(.6, .97), ScoreScale.Around([.8, .6, .97]));
        var flat = ScoreScale.Around([.9001, .9]);
        Assert.Equal(.01, flat.High - flat.Low, 9);
        Assert.Equal(.90005, (flat.High + flat.Low) / 2, 9);
        Assert.Equal(ScoreScale.Unit, ScoreScale.Around([]));
    }
}
