using System.Buffers.Binary;
using System.Text;
using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Images;

public class ImageRefusalTests
{
    private static readonly ImportLimits Limits = new();

    [Theory]
    [InlineData("jpeg")]
    [InlineData("progressive")]
    [InlineData("png")]
    [InlineData("interlaced")]
    [InlineData("webp")]
    [InlineData("lossless-webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void A_file_cut_anywhere_is_refused_whole(string format)
    {
        var file = TestPictures.Noisy().Encode(format);
        for (var i = 1; i <= 64; i++)
        {
            var cut = file[..(int)((long)file.Length * i / 65)];
            foreach (int? longestSide in new int?[] { null, 32 })
                Assert.Equal(ImageFault.Corrupt, Refusal(cut, longestSide).Fault);
        }
    }

    [Theory]
    [InlineData("jpeg", 2)] // without its end marker
    [InlineData("png", 12)] // without IEND
    [InlineData("gif", 2)]
    [InlineData("bmp", 1)]
    public void A_missing_end_is_noticed(string format, int bytes) =>
        Assert.Equal(ImageFault.Corrupt, Refusal(TestPictures.Noisy().Encode(format)[..^bytes]).Fault);

    [Theory]
    [InlineData("png")]
    [InlineData("interlaced")]
    [InlineData("progressive")]
    public void Flipped_bytes_are_noticed_where_the_format_lets_them(string format)
    {
        var file = TestPictures.Noisy().Encode(format);
        var random = new Random(5);
        for (var i = 0; i < 10; i++) file[file.Length / 4 + random.Next(file.Length / 2)] ^= 0x5A;

        Assert.Equal(ImageFault.Corrupt, Refusal(file, 32).Fault);
    }

    [Fact]
    public void Random_damage_ends_in_pixels_or_a_refusal_and_nothing_else()
    {
        var random = new Random(7);
        string[] formats = ["jpeg", "progressive", "png", "webp", "lossless-webp", "gif", "bmp"];
        foreach (var format in formats)
        {
            var seed = TestPictures.Noisy(40, 30).Encode(format);
            for (var i = 0; i < 60; i++)
            {
                var file = (byte[])seed.Clone();
                for (var k = random.Next(1, 8); k > 0; k--) file[random.Next(i % 2 == 0 ? 64 : file.Length)] = (byte)random.Next(256);
                try
                {
                    var decoded = ImageDecoder.Decode(file, new ImportLimits { MaxImagePixels = 1_000_000 }, 64);
                    Assert.Equal(3 * decoded.Width * decoded.Height, decoded.Rgb.Length);
                }
                catch (ImageRejectedException)
                {
                    // refused is as good
                }
            }
        }
    }

    [Theory]
    [InlineData(65_535, 65_535)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1, 500_000_000)]
    [InlineData(14_000, 14_000)]
    public void A_png_that_claims_to_be_huge_is_refused_by_its_header(int width, int height)
    {
        var file = TestPictures.Smooth().Png();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);

        var refusal = Refusal(file);

        Assert.Equal(ImageFault.TooLarge, refusal.Fault);
        Assert.Contains($"{width} × {height}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("progressive")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void Other_headers_are_held_against_the_limits_too(string format)
    {
        var file = TestPictures.Smooth(60, 40).Encode(format);

        Assert.Equal(ImageFault.TooLarge, Refusal(file, null, new ImportLimits { MaxImagePixels = 2399 }).Fault);
        Assert.Equal(ImageFault.TooLarge, Refusal(file, null, new ImportLimits { MaxImageSide = 59 }).Fault);
        Assert.Equal(60, ImageDecoder.Decode(file, new ImportLimits { MaxImagePixels = 2400, MaxImageSide = 60 }).Width);
    }

    [Fact]
    public void A_size_of_zero_is_damage()
    {
        var file = TestPictures.Smooth().Png();
        file.AsSpan(16, 4).Clear();

        Assert.Equal(ImageFault.Corrupt, Refusal(file).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("just some text, long enough to be looked at")]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("%PDF-1.7 and more")]
    [InlineData("\u007fELF and more")]
    [InlineData("II*\0 a TIFF")]
    [InlineData("PK\u0003\u0004 a zip")]
    [InlineData("BMW is not a bitmap, whatever it begins with")]
    public void What_is_no_image_we_take_is_unsupported(string content) =>
        Assert.Equal(ImageFault.Unsupported, Refusal(Encoding.Latin1.GetBytes(content)).Fault);

    [Fact]
    public void Bytes_after_the_image_do_no_harm()
    {
        byte[] polyglot = [.. TestPictures.Smooth().Png(), .. "PK\u0003\u0004<?php"u8];

        Assert.Equal(60, ImageDecoder.Decode(polyglot, Limits).Width);
    }

    private static ImageRejectedException Refusal(byte[] file, int? longestSide = null, ImportLimits? limits = null) =>
        Assert.Throws<ImageRejectedException>(() => ImageDecoder.Decode(file, limits ?? Limits, longestSide));
}
