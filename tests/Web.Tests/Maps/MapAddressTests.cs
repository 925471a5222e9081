using PatchSsl.Web.Pages.Maps;

namespace PatchSsl.Web.Tests.Maps;

public sealed class MapAddressTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?index=idx_1")]
    [InlineData("?index=idx_1&beside=none&points=50000&seed=7&x=3&y=1&colour=cluster&clusters=20&hidden=-1.0.3")]
    public void An_address_is_read_and_written_back(string query) => Assert.Equal(query, MapAddress.Parse(query).ToQuery());

    [Theory]
    [InlineData("?points=9999999", "?points=200000")]
    [InlineData("?points=x&seed=y&clusters=z&colour=shape", "")]
    [InlineData("?x=4&y=4", "")]
    [InlineData("?clusters=1", "?clusters=2")]
    public void What_it_does_not_understand_keeps_its_default(string query, string expected) => Assert.Equal(expected, MapAddress.Parse(query).ToQuery());

    [Fact]
    public void Categories_are_hidden_and_shown_again()
    {
        var view = new MapAddress().Toggle(3).Toggle(1);
        Assert.Equal("1.3", view.Hidden);
        Assert.Equal("1", view.Toggle(3).Hidden);
        Assert.Equal([-1, 2], view.Hide([2, -1]).HiddenCategories.Order());
    }

    [Fact]
    public void Points_are_coloured_by_class_cluster_or_row_of_the_grid()
    {
        var map = MapSamples.Map("idx_1", classes: ["cat", "dog"], of: [0, 1, 1, -1], clusters: [1, 0, 0, 0]);
        var byClass = MapColouring.By(MapColour.Class, map);
        Assert.Equal([0, 1, 1, MapColouring.Other], byClass.Of);
        Assert.Equal([new(0, "cat", 1), new(1, "dog", 2), new MapCategory(-1, "other or unlabelled", 1)], byClass.Categories);
        Assert.Equal([new(0, "cluster 1", 3), new MapCategory(1, "cluster 2", 1)], MapColouring.By(MapColour.Cluster, map).Categories);
        // Patches 0 to 3 of a 4 × 4 grid are its top row.
        Assert.Equal([new MapCategory(0, "top row", 4)], MapColouring.By(MapColour.Place, map).Categories);
        Assert.Equal((MapColour.Class, MapColour.Cluster), (MapColouring.Usual(map), MapColouring.Usual(map with { Classes = [] })));
    }

    [Fact]
    public void More_categories_than_colours_take_another_form()
    {
        Assert.Equal(MapPalette.Colour(1, dark: false), MapPalette.Colour(11, dark: false));
        Assert.Equal(4, new[] { 1, 11, 21, 31 }.Select(MapPalette.Form).Distinct().Count());
        Assert.All([false, true], dark => Assert.Equal(10, Enumerable.Range(0, 10).Select(c => MapPalette.Colour(c, dark)).Distinct().Count()));
        var many = MapColouring.By(MapColour.Class, MapSamples.Map("i", [.. Enumerable.Range(0, 50).Select(c => $"c{c}")], [39, 40, 49, 0], [0, 0, 0, 0]));
        Assert.Equal([39, MapColouring.Other, MapColouring.Other, 0], many.Of);
    }
}
