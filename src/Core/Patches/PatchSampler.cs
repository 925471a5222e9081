using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Patches;

/// <summary>How training patches are placed.</summary>
public abstract record PatchSampling
{
    private PatchSampling() { }

    /// <summary>Square patches that cover <paramref name="Scale"/> of the image's area, uniformly placed on whole pixels.</summary>
    /// <param name="Scale">Above 0, up to 1; the side never exceeds the image's shorter one.</param>
    public sealed record FixedScale(double Scale) : PatchSampling
    {
        internal override PatchBox Draw(CounterRandom random, int width, int height)
        {
            var side = Math.Clamp((int)Math.Round(Math.Sqrt(Scale * width * height)), 1, Math.Min(width, height));
            return new PatchBox(random.NextInt(width - side + 1), random.NextInt(height - side + 1), side, side);
        }
    }

    /// <summary>The usual random resized crop: a uniform share of the area and a log-uniform ratio of 3/4 to 4/3, on whole pixels.</summary>
    /// <remarks>As torchvision's: ten tries for one that fits, then the largest centred crop whose ratio is allowed.</remarks>
    public sealed record MultiScale(double MinScale = .08, double MaxScale = 1) : PatchSampling
    {
        private const double MinRatio = 3.0 / 4, MaxRatio = 4.0 / 3;

        internal override PatchBox Draw(CounterRandom random, int width, int height)
        {
            for (var attempt = 0; attempt < 10; attempt++)
            {
                var area = random.NextDouble(MinScale, MaxScale) * width * height;
                var ratio = Math.Exp(random.NextDouble(Math.Log(MinRatio), Math.Log(MaxRatio)));
                var (w, h) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
                if (w < 1 || w > width || h < 1 || h > height) continue;
                return new PatchBox(random.NextInt(width - w + 1), random.NextInt(height - h + 1), w, h);
            }
            var (widest, highest) = ((double)width / height) switch
            {
                < MinRatio => (width, Math.Min(height, (int)Math.Round(width / MinRatio))),
                > MaxRatio => (Math.Min(width, (int)Math.Round(height * MaxRatio)), height),
                _ => (width, height),
            };
            return new PatchBox((width - widest) / 2, (height - highest) / 2, widest, highest);
        }
    }

    /// <summary>One box in an image of this size.</summary>
    internal abstract PatchBox Draw(CounterRandom random, int width, int height);
}

/// <summary>Boxes and flips of one step's patches.</summary>
/// <param name="Boxes">V·B: box v·B + b is view v of image b.</param>
/// <param name="Flips">V·B: which patches are mirrored left to right.</param>
public sealed record PatchDraws(PatchBox[] Boxes, bool[] Flips);

/// <summary>Draws the patches of a step by counter: they depend on the seed, the step and the images' sizes alone.</summary>
public static class PatchSampler
{
    /// <param name="sizes">Width and height of each of the B images.</param>
    /// <param name="views">V, patches of each image.</param>
    public static PatchDraws Draw(
        PatchSampling sampling, ReadOnlySpan<(int Width, int Height)> sizes, int views, double flipProbability, long seed, long step)
    {
        var random = new CounterRandom(seed, "patches", step);
        var draws = new PatchDraws(new PatchBox[views * sizes.Length], new bool[views * sizes.Length]);
        for (var n = 0; n < draws.Boxes.Length; n++)
        {
            var (width, height) = sizes[n % sizes.Length];
            draws.Boxes[n] = sampling.Draw(random, width, height);
            draws.Flips[n] = random.Chance(flipProbability);
        }
        return draws;
    }
}
