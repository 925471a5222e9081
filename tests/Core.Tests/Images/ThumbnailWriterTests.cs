using PatchSsl.Core.Images;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Tests.Images;

public class ThumbnailWriterTests
{
    private static readonly DecodedImage Picture = TestPictures.Smooth();

    [Theory]
    [InlineData(null, 60, 40)]
    [InlineData(30, 30, 20)]
    [InlineData(120, 120, 80)]
    [InlineData(600, 600, 400)]
    [InlineData(1, 1, 1)]
    public void A_thumbnail_has_the_asked_longer_side_and_shows_the_picture(int? size, int width, int height)
    {
        var shown = Decode(ThumbnailWriter.Jpeg(Picture.Rgb, 60, 40, size));

        Assert.Equal((width, height), (shown.Width, shown.Height));
        if (size != 1) Assert.InRange(TestPictures.Difference(TestPictures.Smooth(width, height), shown), 0, 4);
    }

    [Fact]
    public void A_crop_shows_its_box()
    {
        var shown = Decode(ThumbnailWriter.Crop(Picture.Rgb, 60, 40, new PatchBox(30, 20, 15, 10), 15));

        Assert.Equal((15, 10), (shown.Width, shown.Height));
        for (var y = 0; y < 10; y++)
            for (var x = 0; x < 15; x++) Assert.InRange(shown.Rgb[3 * (y * 15 + x)] - Picture.Rgb[3 * ((y + 20) * 60 + x + 30)], -12, 12);
    }

    [Theory]
    [InlineData(-10, -10, 20, 20)]
    [InlineData(55, 35, 100, 100)]
    [InlineData(59.7, 39.2, 1, 1)]
    [InlineData(500, 500, 10, 10)]
    [InlineData(0, 0, 60, 40)]
    public void A_box_is_clamped_to_the_image(double x, double y, double width, double height)
    {
        var shown = Decode(ThumbnailWriter.Crop(Picture.Rgb, 60, 40, new PatchBox(x, y, width, height), 32));

        Assert.Equal(32, Math.Max(shown.Width, shown.Height));
    }

    [Fact]
    public void A_tiny_crop_is_enlarged_to_squares()
    {
        byte[] checks = [0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0];

        var shown = Decode(ThumbnailWriter.Jpeg(checks, 2, 2, 64));

        Assert.InRange(shown.Rgb[3 * (10 * 64 + 10)], 0, 20);
        Assert.InRange(shown.Rgb[3 * (10 * 64 + 50)], 235, 255);
    }

    private static DecodedImage Decode(byte[] jpeg) => ImageDecoder.Decode(jpeg, new ImportLimits());
}
