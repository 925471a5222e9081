using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Pixels;

/// <summary>The arithmetic of resizing: sums of rows, then of the pixels of a row, by the taps of <see cref="ResizeTaps"/>.</summary>
/// <remarks>In float32, each sum in the order of its taps. Nothing here checks a length.</remarks>
internal static unsafe class WeightedSums
{
    /// <summary>Weighted sum of rows of bytes.</summary>
    /// <param name="source">First value of the first row.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="weights">Of each row, <paramref name="taps"/> of them.</param>
    /// <param name="sum">Gets <paramref name="values"/> of them.</param>
    public static void OfRows(byte* source, int stride, float* weights, int taps, float* sum, int values)
    {
        var i = 0;
        for (; i + 64 <= values; i += 64)
        {
            var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var p = source + i;
            for (var k = 0; k < taps; k++, p += stride)
            {
                var weight = Vector512.Create(weights[k]);
                a = Vector512.MultiplyAddEstimate(Widen(p), weight, a);
                b = Vector512.MultiplyAddEstimate(Widen(p + 16), weight, b);
                c = Vector512.MultiplyAddEstimate(Widen(p + 32), weight, c);
                d = Vector512.MultiplyAddEstimate(Widen(p + 48), weight, d);
            }
            a.Store(sum + i);
            b.Store(sum + i + 16);
            c.Store(sum + i + 32);
            d.Store(sum + i + 48);
        }
        for (; i < values; i += 16)
        {
            if (i + 16 > values)
            {
                if (values < 16) break;
                i = values - 16;                                                        // again what is done already, rather than beyond the row
            }
            var a = Vector512<float>.Zero;
            var p = source + i;
            for (var k = 0; k < taps; k++, p += stride) a = Vector512.MultiplyAddEstimate(Widen(p), Vector512.Create(weights[k]), a);
            a.Store(sum + i);
        }
        for (; i < values; i++)
        {
            var a = 0f;
            var p = source + i;
            for (var k = 0; k < taps; k++, p += stride) a = MathF.FusedMultiplyAdd(*p, weights[k], a);
            sum[i] = a;
        }
    }

    /// <summary>Weighted sums of a row's pixels: an output row in each of three planes.</summary>
    /// <param name="row">(L,3), and a value more.</param>
    /// <param name="starts">Of the taps of each output pixel.</param>
    /// <param name="weights">(size, taps).</param>
    /// <param name="output">(size) values in each plane.</param>
    /// <param name="plane">Values from plane to plane.</param>
    public static void OfPixels(float* row, int* starts, float* weights, int taps, int size, float* output, int plane)
    {
        var o = 0;
        for (; o + 4 <= size; o += 4)
        {
            var (a, b, c, d) = (Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero);
            float* pa = row + (3 * starts[o]), pb = row + (3 * starts[o + 1]), pc = row + (3 * starts[o + 2]), pd = row + (3 * starts[o + 3]);
            var w = weights + (o * taps);
            for (var k = 0; k < taps; k++)
            {
                a = Vector128.MultiplyAddEstimate(Vector128.Load(pa + (3 * k)), Vector128.Create(w[k]), a);
                b = Vector128.MultiplyAddEstimate(Vector128.Load(pb + (3 * k)), Vector128.Create(w[taps + k]), b);
                c = Vector128.MultiplyAddEstimate(Vector128.Load(pc + (3 * k)), Vector128.Create(w[(2 * taps) + k]), c);
                d = Vector128.MultiplyAddEstimate(Vector128.Load(pd + (3 * k)), Vector128.Create(w[(3 * taps) + k]), d);
            }
            for (var channel = 0; channel < 3; channel++)
                Vector128.Create(a[channel], b[channel], c[channel], d[channel]).Store(output + (channel * plane) + o);
        }
        for (; o < size; o++)
        {
            var a = Vector128<float>.Zero;
            for (var k = 0; k < taps; k++)
                a = Vector128.MultiplyAddEstimate(Vector128.Load(row + (3 * (starts[o] + k))), Vector128.Create(weights[(o * taps) + k]), a);
            for (var channel = 0; channel < 3; channel++) output[(channel * plane) + o] = a[channel];
        }
    }

    /// <summary>Weighted sums of a row's pixels, rounded to bytes.</summary>
    /// <param name="row">(L,3), and a value more.</param>
    /// <param name="starts">Of the taps of each output pixel.</param>
    /// <param name="weights">(size, taps).</param>
    /// <param name="output">(size,3), and a byte more.</param>
    public static void OfPixels(float* row, int* starts, float* weights, int taps, int size, byte* output)
    {
        for (var o = 0; o < size; o++, weights += taps)
        {
            var (a, b) = (Vector128<float>.Zero, Vector128<float>.Zero);
            var p = row + (3 * starts[o]);
            var k = 0;
            for (; k + 2 <= taps; k += 2, p += 6)
            {
                a = Vector128.MultiplyAddEstimate(Vector128.Load(p), Vector128.Create(weights[k]), a);
                b = Vector128.MultiplyAddEstimate(Vector128.Load(p + 3), Vector128.Create(weights[k + 1]), b);
            }
            if (k < taps) a = Vector128.MultiplyAddEstimate(Vector128.Load(p), Vector128.Create(weights[k]), a);
            var rounded = Vector128.ConvertToInt32(Vector128.Clamp(a + b, Vector128<float>.Zero, Vector128.Create(255f)) + Vector128.Create(.5f));
            var bytes = Vector128.Narrow(Vector128.Narrow(rounded, rounded).AsUInt16(), Vector128<ushort>.Zero);
            Unsafe.WriteUnaligned(output + (3 * o), bytes.AsUInt32()[0]);               // the fourth byte is the next pixel's first
        }
    }

    /// <summary>16 bytes as floats.</summary>
    private static Vector512<float> Widen(byte* source)
    {
        var bytes = Vector128.Load(source);
        return Vector512.ConvertToSingle(Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(bytes)
            : Vector512.WidenLower(Vector256.WidenLower(bytes.ToVector256Unsafe()).ToVector512Unsafe()).AsInt32());
    }
}
