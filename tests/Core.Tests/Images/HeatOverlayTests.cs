using PatchSsl.Core.Images;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Tests.Images;

public class HeatOverlayTests
{
    [Theory]
    [InlineData(32, 32, 8)]
    [InlineData(100, 60, 3)]
    [InlineData(256, 10, 1)]
    [InlineData(300, 200, 1)]
    public void Small_images_are_enlarged_by_a_whole_number(int width, int height, int factor)
    {
        var picture = Read(HeatOverlay.Png(new byte[width * height * 3], width, height, [], .5, null));
        Assert.Equal((width * factor, height * factor), (picture.Width, picture.Height));
    }

    [Fact]
    public void Each_pixel_takes_the_colour_of_the_tile_its_centre_lies_in_by_the_opacity()
    {
        // Two columns of grey, 4 × 2; the tiles meet at 1.5, so that pixel 1 of 4 (enlarged: 64 to 127) is divided in the middle.
        byte[] rgb = [.. Enumerable.Range(0, 8).SelectMany(i => Enumerable.Repeat((byte)(i % 4 < 2 ? 100 : 200), 3))];
        HeatTile[] tiles = [new(new PatchBox(0, 0, 1.5, 2), 255, 0, 50), new(new PatchBox(1.5, 0, 2.5, 2), 0, 255, 250)];
        var picture = Read(HeatOverlay.Png(rgb, 4, 2, tiles, .25, null));
        Assert.Equal((256, 128), (picture.Width, picture.Height));
        for (var y = 0; y < 128; y++)
        {
            for (var x = 0; x < 256; x++)
            {
                // By hand: under · .75 + over · .25
                byte[] expected = x < 96 ? [139, 75, 88] : x < 128 ? [75, 139, 138] : [150, 214, 212];
                var at = (y * 256 + x) * 3;
                for (var c = 0; c < 3; c++) Assert.InRange(picture.Rgb[at + c] - expected[c], -1, 1);
            }
        }
    }

    [Fact]
    public void A_frame_lies_inside_its_box_white_between_black()
    {
        var picture = Read(HeatOverlay.Png([.. Enumerable.Repeat((byte)90, 64 * 64 * 3)], 64, 64, [], 1, new PatchBox(16, 16, 32, 32)));
        var row = Enumerable.Range(0, 256).Select(x => picture.Rgb[(128 * 256 + x) * 3]).ToArray();
        Assert.Equal([90, 0, 255, 255, 0, 90], row[63..69]);
        Assert.Equal([90, 0, 255, 255, 0, 90], row[187..193]);
        Assert.All(Enumerable.Range(0, 256), x => Assert.Equal(x is >= 64 and < 192 ? 0 : 90, picture.Rgb[(64 * 256 + x) * 3]));
    }

    private static DecodedImage Read(byte[] png) => ImageDecoder.Decode(png, new ImportLimits());
}
