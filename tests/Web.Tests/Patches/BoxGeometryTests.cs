using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Tests.Patches;

public sealed class BoxGeometryTests
{
    [Fact]
    public void A_drag_becomes_a_box_in_pixels_of_the_image() =>
        Assert.Equal(new Box(50, 20, 100, 40), BoxGeometry.FromDrag(0.25, 0.2, 0.75, 0.6, 200, 100));

    [Fact]
    public void The_direction_of_the_drag_does_not_matter() =>
        Assert.Equal(BoxGeometry.FromDrag(0.25, 0.2, 0.75, 0.6, 200, 100), BoxGeometry.FromDrag(0.75, 0.6, 0.25, 0.2, 200, 100));

    [Fact]
    public void A_drag_that_leaves_the_picture_ends_at_its_edge() =>
        Assert.Equal(new Box(0, 50, 100, 50), BoxGeometry.FromDrag(0.5, 0.5, -3, 7, 200, 100));

    [Fact]
    public void A_box_is_never_smaller_than_a_patch_can_be_and_stays_inside()
    {
        Assert.Equal(new Box(196, 96, 4, 4), BoxGeometry.FromDrag(1, 1, 1, 1, 200, 100));
        Assert.Equal(new Box(0, 0, 2, 3), BoxGeometry.FromDrag(0.5, 0.5, 0.5, 0.5, 2, 3));
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.51, 0.495, true)]
    [InlineData(0.5, 0.5, 0.6, 0.5, false)]
    public void A_short_drag_is_a_click(double fromX, double fromY, double toX, double toY, bool click) =>
        Assert.Equal(click, BoxGeometry.IsClick(fromX, fromY, toX, toY));

    [Fact]
    public void A_box_from_an_address_is_moved_into_the_image()
    {
        Assert.Equal(new Box(22, 0, 10, 10), BoxGeometry.Clamp(new Box(90, -4, 10, 10), 32, 32));
        Assert.Equal(new Box(0, 0, 32, 32), BoxGeometry.Clamp(new Box(5, 5, 900, 900), 32, 32));
    }
}
