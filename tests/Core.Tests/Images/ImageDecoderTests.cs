using NetVips;
using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Images;

public class ImageDecoderTests
{
    private static readonly ImportLimits Limits = new();
    private static readonly DecodedImage Upright = TestPictures.Smooth();

    [Theory]
    [InlineData("jpeg", 2)]
    [InlineData("progressive", 2)]
    [InlineData("png", 0)]
    [InlineData("interlaced", 0)]
    [InlineData("webp", 4)]
    [InlineData("lossless-webp", 0)]
    [InlineData("gif", 8)]
    [InlineData("bmp", 0)]
    public void Every_format_decodes_to_the_same_picture(string format, double tolerance)
    {
        var decoded = ImageDecoder.Decode(Upright.Encode(format), Limits);

        Assert.InRange(TestPictures.Difference(Upright, decoded), 0, tolerance);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        using var image = Upright.ToVips();
        var decoded = ImageDecoder.Decode(image.Colourspace(Enums.Interpretation.Bw).PngsaveBuffer(), Limits);

        Assert.Equal(Upright.Rgb.Length, decoded.Rgb.Length);
        Assert.All(decoded.Rgb.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    [Fact]
    public void Sixteen_bits_are_reduced_to_eight()
    {
        using var image = Upright.ToVips();
        using var wide = image.Colourspace(Enums.Interpretation.Rgb16);

        Assert.InRange(TestPictures.Difference(Upright, ImageDecoder.Decode(wide.PngsaveBuffer(bitdepth: 16), Limits)), 0, 1);
    }

    [Fact]
    public void A_palette_is_looked_up()
    {
        using var image = Upright.ToVips();

        Assert.InRange(TestPictures.Difference(Upright, ImageDecoder.Decode(image.PngsaveBuffer(palette: true), Limits)), 0, 6);
    }

    [Fact]
    public void Transparency_is_laid_on_white()
    {
        using var image = Upright.ToVips();
        using var half = (image * 0 + 128).Cast(Enums.BandFormat.Uchar).ExtractBand(0);
        using var black = (image * 0).Cast(Enums.BandFormat.Uchar);
        var decoded = ImageDecoder.Decode(black.Bandjoin(half).Copy(interpretation: Enums.Interpretation.Srgb).PngsaveBuffer(), Limits);

        Assert.All(decoded.Rgb, value => Assert.InRange(value, 126, 128));
    }

    [Fact]
    public void Cmyk_and_colour_profiles_become_srgb()
    {
        using var image = Upright.ToVips();
        using var cmyk = image.IccTransform("cmyk", inputProfile: "srgb");
        using var p3 = image.IccTransform("p3", inputProfile: "srgb");

        // Ink covers less of what a screen shows: only about the same. The wide-gamut file holds other numbers for the same colours.
        Assert.InRange(TestPictures.Difference(Upright, ImageDecoder.Decode(cmyk.JpegsaveBuffer(q: 95), Limits)), 0, 16);
        Assert.InRange(TestPictures.Difference(Upright, ImageDecoder.Decode(p3.PngsaveBuffer(), Limits)), 0, 1.5);
        Assert.True(TestPictures.Difference(Upright, new DecodedImage(60, 40, p3.WriteToMemory<byte>())) > 2, "the profile makes no difference");
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void Of_an_animation_the_first_frame_is_taken(string format)
    {
        using var image = Upright.ToVips();
        using var frames = Image.Arrayjoin([image, image.Invert()], across: 1);
        using var animation = frames.Mutate(tags => tags.Set(GValue.GIntType, "page-height", Upright.Height));
        var file = format == "gif" ? animation.GifsaveBuffer() : animation.WebpsaveBuffer(q: 95);

        Assert.InRange(TestPictures.Difference(Upright, ImageDecoder.Decode(file, Limits)), 0, 8);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("bmp")]
    public void A_large_picture_is_reduced_to_the_longest_side_and_looks_the_same(string format)
    {
        var decoded = ImageDecoder.Decode(TestPictures.Smooth(600, 400).Encode(format), Limits, longestSide: 60);

        Assert.InRange(TestPictures.Difference(Upright, decoded), 0, 3);
    }

    [Fact]
    public void A_small_picture_is_never_enlarged()
    {
        var decoded = ImageDecoder.Decode(TestPictures.Smooth(3, 1).Png(), Limits, longestSide: 64);

        Assert.Equal((3, 1), (decoded.Width, decoded.Height));
    }

    [Fact]
    public void A_thin_picture_keeps_at_least_one_pixel()
    {
        var decoded = ImageDecoder.Decode(TestPictures.Smooth(1000, 2).Png(), Limits, longestSide: 16);

        Assert.Equal((16, 1), (decoded.Width, decoded.Height));
    }
}
