using PatchSsl.Core.Images;

namespace PatchSsl.Api.Tests;

/// <summary>Small pictures with texture, the same for the same seed.</summary>
public static class TestImages
{
    public static byte[] Jpeg(int width, int height, int seed) => ThumbnailWriter.Jpeg(Rgb(width, height, seed), width, height);

    public static byte[] Rgb(int width, int height, int seed)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++)
                    rgb[(y * width + x) * 3 + c] = (byte)(128 + 100 * Math.Sin((x * (1 + seed % 5) + y * (1 + seed % 3) * (c + 1)) * .35 + seed + c));
            }
        }
        return rgb;
    }
}
