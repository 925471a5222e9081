using NetVips;
using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Images;

/// <summary>Pictures made for the tests.</summary>
internal static class TestPictures
{
    /// <summary>A smooth picture in which no two corners, sides or channels look alike.</summary>
    public static DecodedImage Smooth(int width = 60, int height = 40)
    {
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = 3 * (y * width + x);
                (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)(40 + 180 * x / width), (byte)(40 + 180 * y / height), (byte)(200 - 150 * x * y / (width * height)));
            }
        }
        return new DecodedImage(width, height, rgb);
    }

    /// <summary>A picture no codec can make small, so that a file cut anywhere lacks pixels.</summary>
    public static DecodedImage Noisy(int width = 160, int height = 120, int seed = 1)
    {
        var rgb = new byte[3 * width * height];
        new Random(seed).NextBytes(rgb);
        return new DecodedImage(width, height, rgb);
    }

    public static Image ToVips(this DecodedImage picture)
    {
        using var raw = Image.NewFromMemory(picture.Rgb, picture.Width, picture.Height, 3, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    public static byte[] Jpeg(this DecodedImage picture)
    {
        using var image = picture.ToVips();
        return image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off);
    }

    public static byte[] Png(this DecodedImage picture)
    {
        using var image = picture.ToVips();
        return image.PngsaveBuffer();
    }

    /// <summary>A file in one of the formats taken.</summary>
    public static byte[] Encode(this DecodedImage picture, string format)
    {
        using var image = picture.ToVips();
        return format switch
        {
            "jpeg" => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off),
            "progressive" => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off, interlace: true),
            "png" => image.PngsaveBuffer(),
            "interlaced" => image.PngsaveBuffer(interlace: true),
            "webp" => image.WebpsaveBuffer(q: 95, smartSubsample: true),
            "lossless-webp" => image.WebpsaveBuffer(lossless: true),
            "gif" => image.GifsaveBuffer(),
            "bmp" => Bmp(picture),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such format."),
        };
    }

    /// <summary>24 bits a pixel, rows bottom up and padded to four bytes.</summary>
    public static byte[] Bmp(DecodedImage picture)
    {
        var stride = (picture.Width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * picture.Height];
        using var writer = new BinaryWriter(new MemoryStream(file));
        writer.Write("BM"u8);
        foreach (var value in new[] { file.Length, 0, 54, 40, picture.Width, picture.Height, 1 | 24 << 16, 0, 0, 2835, 2835, 0, 0 }) writer.Write(value);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var (from, to) = (3 * (y * picture.Width + x), 54 + stride * (picture.Height - 1 - y) + 3 * x);
                (file[to], file[to + 1], file[to + 2]) = (picture.Rgb[from + 2], picture.Rgb[from + 1], picture.Rgb[from]);
            }
        }
        return file;
    }

    /// <summary>Mean absolute difference of two pictures of one size, in 8-bit steps.</summary>
    public static double Difference(DecodedImage a, DecodedImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Rgb.Zip(b.Rgb, (x, y) => Math.Abs(x - y)).Average();
    }
}
