using System.Runtime.Intrinsics;

namespace PatchSsl.Core.Augmentation;

/// <summary>The formulas of <see cref="ColourOps"/> on one patch at a time, where it is: on a CPU a patch stays in the first cache from op to op.</summary>
/// <remarks>A patch is three planes <see cref="Stride"/> apart, of P² values each, and room beyond for a vector.</remarks>
internal static unsafe class PixelOps
{
    private const int Lanes = 16;

    /// <summary>From plane to plane.</summary>
    public static int Stride(int side) => (((side * side) + Lanes - 1) / Lanes * Lanes) + Lanes;

    public static void Brightness(float* x, int side, float factor)
    {
        var (weight, stride) = (Vector512.Create(factor), Stride(side));
        for (var channel = 0; channel < 3; channel++)
            for (var i = 0; i < side * side; i += Lanes) Unit(Vector512.Load(x + (channel * stride) + i) * weight).Store(x + (channel * stride) + i);
    }

    public static void Contrast(float* x, int side, float factor)
    {
        var (pixels, stride) = (side * side, Stride(side));
        var sum = 0.0;
        for (var i = 0; i < pixels; i += Lanes)
        {
            var grey = Grey(x + i, stride);
            if (i + Lanes <= pixels) sum += Vector512.Sum(grey);
            else for (var lane = 0; lane < pixels - i; lane++) sum += grey[lane];
        }
        var (mean, weight) = (Vector512.Create((float)(sum / pixels)), Vector512.Create(factor));
        for (var i = 0; i < pixels; i += Lanes) Towards(mean, x + i, stride, weight);
    }

    public static void Saturation(float* x, int side, float factor)
    {
        var (weight, stride) = (Vector512.Create(factor), Stride(side));
        for (var i = 0; i < side * side; i += Lanes) Towards(Grey(x + i, stride), x + i, stride, weight);
    }

    public static void Hue(float* x, int side, float turn)
    {
        var (stride, turned) = (Stride(side), Vector512.Create(6 * turn));
        var (zero, least) = (Vector512<float>.Zero, Vector512.Create(1e-12f));
        for (var i = 0; i < side * side; i += Lanes)
        {
            float* red = x + i, green = red + stride, blue = green + stride;
            var (r, g, b) = (Vector512.Load(red), Vector512.Load(green), Vector512.Load(blue));
            var highest = Vector512.Max(r, Vector512.Max(g, b));
            var chroma = highest - Vector512.Min(r, Vector512.Min(g, b));
            var (isRed, isGreen) = (Vector512.Equals(highest, r), Vector512.Equals(highest, g));
            var between = Vector512.ConditionalSelect(isRed, g - b, Vector512.ConditionalSelect(isGreen, b - r, r - g));
            var third = Vector512.ConditionalSelect(isRed, zero, Vector512.ConditionalSelect(isGreen, Vector512.Create(2f), Vector512.Create(4f)));
            var sector = (between / Vector512.Max(chroma, least)) + third + turned;
            Channel(5).Store(red);
            Channel(3).Store(green);
            Channel(1).Store(blue);

            Vector512<float> Channel(float k)
            {
                var t = sector + Vector512.Create(k);
                t -= Vector512.Floor(t * Vector512.Create(1f / 6)) * Vector512.Create(6f);
                return highest - (Unit(Vector512.Min(t, Vector512.Create(4f) - t)) * chroma);
            }
        }
    }

    public static void Grayscale(float* x, int side)
    {
        var stride = Stride(side);
        for (var i = 0; i < side * side; i += Lanes)
        {
            var grey = Grey(x + i, stride);
            for (var channel = 0; channel < 3; channel++) grey.Store(x + (channel * stride) + i);
        }
    }

    public static void Solarize(float* x, int side, float threshold)
    {
        var (from, stride) = (Vector512.Create(threshold), Stride(side));
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < side * side; i += Lanes)
            {
                var value = Vector512.Load(x + (channel * stride) + i);
                Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(value, from), Vector512<float>.One - value, value).Store(x + (channel * stride) + i);
            }
        }
    }

    /// <param name="kernel">2r + 1 taps that sum to 1, r below P.</param>
    /// <param name="work">Room for a plane and for a row with r values on either side and a vector beyond.</param>
    public static void Blur(float* x, int side, ReadOnlySpan<float> kernel, float* work)
    {
        var (stride, radius) = (Stride(side), kernel.Length / 2);
        var line = work + stride;
        for (var plane = x; plane < x + (3 * stride); plane += stride)
        {
            // A vector may write beyond its row's end, into the next row, which is written after it, or into the room beyond the plane.
            for (var y = 0; y < side; y++)
            {
                for (var i = -radius; i < side + radius; i++) line[i + radius] = plane[(y * side) + Reflected(i, side)];
                for (var i = 0; i < side; i += Lanes)
                {
                    var sum = Vector512<float>.Zero;
                    for (var tap = 0; tap < kernel.Length; tap++) sum += Vector512.Load(line + i + tap) * Vector512.Create(kernel[tap]);
                    sum.Store(work + (y * side) + i);
                }
            }
            for (var y = 0; y < side; y++)
            {
                for (var i = 0; i < side; i += Lanes)
                {
                    var sum = Vector512<float>.Zero;
                    for (var tap = 0; tap < kernel.Length; tap++)
                        sum += Vector512.Load(work + (Reflected(y + tap - radius, side) * side) + i) * Vector512.Create(kernel[tap]);
                    sum.Store(plane + (y * side) + i);
                }
            }
        }
    }

    private static int Reflected(int i, int side) => i < 0 ? -i : i < side ? i : (2 * (side - 1)) - i;

    private static Vector512<float> Grey(float* x, int stride) =>
        (Vector512.Load(x) * Vector512.Create((float)ColourOps.Red)) + (Vector512.Load(x + stride) * Vector512.Create((float)ColourOps.Green))
        + (Vector512.Load(x + (2 * stride)) * Vector512.Create((float)ColourOps.Blue));

    /// <summary>From something (weight 0) to the three channels (weight 1), or beyond.</summary>
    private static void Towards(Vector512<float> from, float* x, int stride, Vector512<float> weight)
    {
        for (var channel = 0; channel < 3; channel++, x += stride) Unit(from + (weight * (Vector512.Load(x) - from))).Store(x);
    }

    private static Vector512<float> Unit(Vector512<float> x) => Vector512.Min(Vector512.Max(x, Vector512<float>.Zero), Vector512<float>.One);
}
