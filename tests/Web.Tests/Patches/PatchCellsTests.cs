using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Tests.Patches;

public sealed class PatchCellsTests
{
    // A quarter of a 32 × 32 image is a 16 × 16 patch; four of them a row start 16/3 pixels apart.
    private readonly PatchCells _cells = PatchCells.Of("grid:16", 0.25, 32, 32);

    [Fact]
    public void Places_patches_evenly_from_edge_to_edge()
    {
        Assert.Equal(16, _cells.Boxes.Count);
        Assert.Equal(new Box(0, 0, 16, 16), _cells.Boxes[0]);
        Assert.Equal(new Box(16.0 / 3, 0, 16, 16), _cells.Boxes[1]);
        Assert.Equal(new Box(16, 16, 16, 16), _cells.Boxes[15]);
    }

    [Fact]
    public void Keeps_a_patch_within_a_narrow_image()
    {
        var cells = PatchCells.Of("grid:4", 0.5, 100, 10);
        Assert.All(cells.Boxes, b => Assert.Equal(10, b.Height));
        Assert.Equal(new Box(90, 0, 10, 10), cells.Boxes[1]);
    }

    [Fact]
    public void One_patch_lies_in_the_middle() =>
        Assert.Equal([new Box(8, 8, 16, 16)], PatchCells.Of("grid:1", 0.25, 32, 32).Boxes);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(31, 0, 3)]
    [InlineData(0, 31, 12)]
    [InlineData(14, 13, 5)]
    public void Finds_the_cell_nearest_to_a_point(double x, double y, int cell) => Assert.Equal(cell, _cells.Nearest(x, y));

    [Theory]
    [InlineData(5, 1, 0, 6)]
    [InlineData(5, 0, -1, 1)]
    [InlineData(3, 1, 0, 3)]
    [InlineData(12, 0, 1, 12)]
    [InlineData(4, -1, 0, 4)]
    public void Steps_to_the_next_cell_and_stops_at_the_edge(int from, int columns, int rows, int to) =>
        Assert.Equal(to, _cells.Step(from, columns, rows));

    [Fact]
    public void Tells_a_cell_from_a_free_box()
    {
        Assert.Equal(1, _cells.Matching(new Box(5.333, 0, 16, 16)));
        Assert.Null(_cells.Matching(new Box(7, 0, 16, 16)));
        Assert.Null(_cells.Matching(new Box(0, 0, 12, 12)));
    }
}
