using PatchSsl.Core.Images;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Tests.Images;

public sealed class ImageReducerTests
{
    [Theory]
    [InlineData(64, 48, 32, 24)]
    [InlineData(100, 37, 33, 12)]
    [InlineData(5, 400, 2, 160)]
    [InlineData(3, 3, 1, 1)]
    [InlineData(31, 30, 30, 29)]
    public void Is_the_weighted_mean_of_lanczos_along_both_axes(int width, int height, int toWidth, int toHeight)
    {
        var values = new float[3 * width * height];
        new CounterRandom(1, "pixels", 0).Fill(values);
        var rgb = Array.ConvertAll(values, v => (byte)(v * 256));
        var (across, down) = (Weights(width, toWidth), Weights(height, toHeight));
        var reduced = ImageReducer.Reduce(rgb, width, height, toWidth, toHeight).Rgb;
        for (var y = 0; y < toHeight; y++)
        {
            for (var x = 0; x < toWidth; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var exact = 0.0;
                    for (var i = 0; i < height; i++) for (var j = 0; j < width; j++) exact += down[y][i] * across[x][j] * rgb[(3 * ((i * width) + j)) + c];
                    Assert.InRange(reduced[(3 * ((y * toWidth) + x)) + c] - Math.Clamp(exact, 0, 255), -.501, .501);
                }
            }
        }
    }

    [Fact]
    public void Keeps_black_white_and_flat_colours()
    {
        foreach (byte level in new byte[] { 0, 1, 127, 254, 255 })
        {
            byte[] flat = [.. Enumerable.Repeat(level, 3 * 50 * 40)];
            Assert.All(ImageReducer.Reduce(flat, 50, 40, 17, 13).Rgb, value => Assert.Equal(level, value));
        }
    }

    [Fact]
    public void Enlarges_nothing()
    {
        Assert.Contains("cannot be reduced", Assert.Throws<ArgumentException>(() => ImageReducer.Reduce(new byte[12], 2, 2, 3, 2)).Message);
        Assert.Contains("cannot be reduced", Assert.Throws<ArgumentException>(() => ImageReducer.Reduce(new byte[11], 2, 2, 1, 1)).Message);
    }

    private static double[][] Weights(int pixels, int outputs)
    {
        var scale = (double)pixels / outputs;
        return [.. Enumerable.Range(0, outputs).Select(o =>
        {
            double[] row = [.. Enumerable.Range(0, pixels).Select(i => Kernel(Math.Abs(i + .5 - ((o + .5) * scale)) / scale))];
            return Array.ConvertAll(row, w => w / row.Sum());
        })];

        static double Kernel(double x) => x >= 3 ? 0 : x == 0 ? 1 : 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x);
    }
}
