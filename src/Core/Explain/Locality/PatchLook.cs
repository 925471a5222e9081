using PatchSsl.Core.Embedding;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>What a patch looks like, without any network: its mean colour and which way its edges run.</summary>
/// <param name="L">Lightness of the mean sRGB colour, CIELAB under D65, 0 to 100.</param>
/// <param name="A">CIELAB a*.</param>
/// <param name="B">CIELAB b*.</param>
/// <param name="Edges">Shares of 8 orientations over 180°, weighted by gradient magnitude; null where there is no edge at all.</param>
internal sealed record PatchLook(double L, double A, double B, double[]? Edges)
{
    public const int Orientations = 8;

    /// <summary>Patches are looked at in the size that the network is fed, at most this many pixels a side.</summary>
    public const int MostPixels = 64;

    /// <summary>Total gradient of an evenly coloured patch: what rounding alone makes.</summary>
    private const double NoEdge = 1e-4;

    /// <summary>ΔE 1976.</summary>
    public double ColourDistance(PatchLook other) =>
        Math.Sqrt(((L - other.L) * (L - other.L)) + ((A - other.A) * (A - other.A)) + ((B - other.B) * (B - other.B)));

    /// <summary>Half the L1 distance of the orientation histograms, 0 to 1; NaN where one has no edge.</summary>
    public double OrientationDistance(PatchLook other) =>
        Edges is null || other.Edges is null ? double.NaN : Edges.Zip(other.Edges, (e, o) => Math.Abs(e - o)).Sum() / 2;

    /// <summary>Cuts patches out and looks at them.</summary>
    public static IEnumerable<PatchLook> Of(IReadOnlyList<PatchSource> patches, int inputSize)
    {
        var size = Math.Min(inputSize, MostPixels);
        using var scope = NewDisposeScope();
        var pixels = PatchBatch.Crop(patches, size, CPU).data<float>().ToArray();       // (n, 3, S, S)
        return [.. pixels.Chunk(3 * size * size).Select(patch => Of(patch, size))];
    }

    /// <param name="rgb">(3, size, size) in 0 to 1.</param>
    public static PatchLook Of(ReadOnlySpan<float> rgb, int size)
    {
        var area = size * size;
        var (r, g, b) = (Mean(rgb[..area]), Mean(rgb.Slice(area, area)), Mean(rgb[(2 * area)..]));
        var (l, aStar, bStar) = Lab(r, g, b);
        var luma = new double[area];
        for (var i = 0; i < area; i++) luma[i] = (.2126 * rgb[i]) + (.7152 * rgb[area + i]) + (.0722 * rgb[(2 * area) + i]);
        return new PatchLook(l, aStar, bStar, Histogram(luma, size));
    }

    /// <summary>Central differences inside the patch; a gradient between two orientations is shared out between them.</summary>
    private static double[]? Histogram(double[] luma, int size)
    {
        var (bins, total) = (new double[Orientations], 0.0);
        for (var y = 1; y < size - 1; y++)
        {
            for (var x = 1; x < size - 1; x++)
            {
                var at = (y * size) + x;
                var (dx, dy) = ((luma[at + 1] - luma[at - 1]) / 2, (luma[at + size] - luma[at - size]) / 2);
                var magnitude = Math.Sqrt((dx * dx) + (dy * dy));
                if (magnitude == 0) continue;
                var place = Math.Atan2(dy, dx) / Math.PI * Orientations;                // -8 to 8: opposite gradients are one orientation
                if (place < 0) place += Orientations;
                var bin = (int)place;
                var share = place - bin;
                bins[bin % Orientations] += magnitude * (1 - share);
                bins[(bin + 1) % Orientations] += magnitude * share;
                total += magnitude;
            }
        }
        if (total < NoEdge * size) return null;
        for (var i = 0; i < Orientations; i++) bins[i] /= total;
        return bins;
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>sRGB in 0 to 1 to CIELAB (IEC 61966-2-1, CIE 15).</summary>
    private static (double L, double A, double B) Lab(double r, double g, double b)
    {
        (r, g, b) = (Linear(r), Linear(g), Linear(b));
        var x = F(((.4124564 * r) + (.3575761 * g) + (.1804375 * b)) / .95047);
        var y = F((.2126729 * r) + (.7151522 * g) + (.0721750 * b));
        var z = F(((.0193339 * r) + (.1191920 * g) + (.9503041 * b)) / 1.08883);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(double v) => v <= .04045 ? v / 12.92 : Math.Pow((v + .055) / 1.055, 2.4);
        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : ((24389.0 / 27 * t) + 16) / 116;
    }
}
