using NetVips;
using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Images;

public class ImageOrientationTests
{
    public static TheoryData<int, string, int?> Cases()
    {
        var cases = new TheoryData<int, string, int?>();
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            foreach (var format in new[] { "jpeg", "webp" })
            {
                cases.Add(orientation, format, null);
                cases.Add(orientation, format, 30);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_turned_picture_is_stored_upright(int orientation, string format, int? longestSide)
    {
        var upright = TestPictures.Smooth();
        using var image = Stored(upright, orientation).ToVips();
        using var tagged = image.Mutate(tags => tags.Set(GValue.GIntType, "orientation", orientation));
        var file = format == "jpeg" ? tagged.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off) : tagged.WebpsaveBuffer(lossless: true);

        var decoded = ImageDecoder.Decode(file, new ImportLimits(), longestSide);

        var expected = longestSide is null ? upright : TestPictures.Smooth(30, 20);
        Assert.InRange(TestPictures.Difference(expected, decoded), 0, 4);
    }

    /// <summary>The pixels a camera stores where the upright picture is <paramref name="upright"/>, by the EXIF table of
    /// which side of the scene row 0 and column 0 are.</summary>
    private static DecodedImage Stored(DecodedImage upright, int orientation)
    {
        var (w, h) = (upright.Width, upright.Height);
        var swapped = orientation >= 5;
        var (width, height) = swapped ? (h, w) : (w, h);
        var rgb = new byte[upright.Rgb.Length];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (x, y) = orientation switch
                {
                    1 => (column, row),
                    2 => (w - 1 - column, row),
                    3 => (w - 1 - column, h - 1 - row),
                    4 => (column, h - 1 - row),
                    5 => (row, column),
                    6 => (w - 1 - row, column),
                    7 => (w - 1 - row, h - 1 - column),
                    _ => (row, h - 1 - column),
                };
                upright.Rgb.AsSpan(3 * (y * w + x), 3).CopyTo(rgb.AsSpan(3 * (row * width + column)));
            }
        }
        return new DecodedImage(width, height, rgb);
    }
}
