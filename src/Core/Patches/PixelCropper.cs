using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PatchSsl.Core.Patches;

/// <summary>A patch to cut out.</summary>
/// <param name="Image">Of the batch.</param>
/// <param name="Place">Among the patches that come out.</param>
/// <param name="Flip">Mirrored left to right.</param>
internal readonly record struct PatchCut(int Image, int Place, PatchBox Box, bool Flip);

/// <summary>Cuts boxes straight out of the images' bytes, reading the pixels of a box and no others: work and memory grow with the boxes, not
/// with the images.</summary>
/// <remarks>
/// An output row is the weighted sum of some of the box's rows, and its pixels are weighted sums of some of that row's: both by the few taps of
/// <see cref="ResizeTaps"/>, in float32, in the same order whatever the number of threads. Threads take runs of patches in turn, in an order in
/// which those of one image follow each other, so that its pixels come out of the cache from the second patch on.
/// </remarks>
internal static unsafe class PixelCropper
{
    /// <summary>Patches a thread takes at a time.</summary>
    private const int Run = 8;

    [ThreadStatic]
    private static Scratch? scratch;

    /// <param name="cut">The i-th patch of <paramref name="count"/>; those of one image follow each other.</param>
    /// <param name="threads">At most; 0 for as many as libtorch takes.</param>
    /// <returns>(N,3,P,P) float32 in 0 to 1 on the CPU.</returns>
    /// <exception cref="ArgumentException">A box is not within its image.</exception>
    public static Tensor Crop(ImageBatch images, int count, Func<int, PatchCut> cut, int size, int threads = 0)
    {
        var patches = empty([count, 3, size, size]);                                    // (N, 3, P, P)
        if (count > 0) Crop(images, count, cut, size, patches, threads);
        return patches;
    }

    /// <param name="target">(N,3,P,P) float32 on the CPU, contiguous.</param>
    public static void Crop(ImageBatch images, int count, Func<int, PatchCut> cut, int size, Tensor target, int threads = 0)
    {
        for (var i = 0; i < count; i++) Check(cut(i), images, i);
        var values = 3 * size * size;
        using var first = target.narrow(0, 0, 1);                                       // spans reach 2 GB, all patches may be more
        fixed (byte* bytes = first.bytes)
        {
            var output = (float*)bytes;
            var next = -Run;
            Parallel.For(0, Math.Min(threads > 0 ? threads : get_num_threads(), (count + Run - 1) / Run), _ =>
            {
                var own = scratch ??= new Scratch();
                for (int from; (from = Interlocked.Add(ref next, Run)) < count;)
                {
                    for (var i = from; i < Math.Min(from + Run, count); i++)
                    {
                        var patch = cut(i);
                        own.Cut(images.Pixels(patch.Image), images.Size(patch.Image), patch, size, output + ((long)patch.Place * values));
                    }
                }
            });
        }
    }

    private static void Check(PatchCut cut, ImageBatch images, int number)
    {
        // Grids are computed in floating point: their last boxes may end a rounding beyond the edge.
        const double rounding = 1e-6;
        var (box, (width, height)) = (cut.Box, images.Size(cut.Image));
        if (!(box.Width > 0 && box.Height > 0)) throw new ArgumentException($"Box {number} is empty: {box}.");
        if (!(box.X >= -rounding && box.Y >= -rounding && box.X + box.Width <= width + rounding && box.Y + box.Height <= height + rounding))
            throw new ArgumentException($"Box {number}, {box}, is not within its image of {width} × {height} pixels.");
    }

    /// <summary>What a thread keeps from patch to patch, so that cutting one allocates nothing.</summary>
    private sealed class Scratch
    {
        private readonly ResizeTaps down = new(), across = new();
        private float[] row = [];

        public void Cut(ReadOnlySpan<byte> pixels, (int Width, int Height) image, PatchCut cut, int size, float* output)
        {
            down.Set(cut.Box.Y, cut.Box.Height, image.Height, size, mirrored: false, unit: 1.0 / 255);
            across.Set(cut.Box.X, cut.Box.Width, image.Width, size, cut.Flip);
            var (stride, values) = (3 * image.Width, 3 * across.Length);
            if (row.Length < values + 1) row = new float[values + 1];                   // the last pixel is read as four values
            fixed (byte* start = pixels)
            fixed (float* line = row, rowWeights = down.Weights, columnWeights = across.Weights)
            fixed (int* columns = across.Starts)
            {
                var box = start + ((long)down.First * stride) + (3 * across.First);
                for (var y = 0; y < size; y++)
                {
                    SumRows(box + ((long)down.Starts[y] * stride), stride, rowWeights + (y * down.Count), down.Count, line, values);
                    SumColumns(line, columns, columnWeights, across.Count, size, output + (y * size), size * size);
                }
            }
        }
    }

    /// <summary>Weighted sum of rows of bytes.</summary>
    private static void SumRows(byte* source, int stride, float* weights, int taps, float* sum, int values)
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
    private static void SumColumns(float* row, int* starts, float* weights, int taps, int size, float* output, int plane)
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

    /// <summary>16 bytes as floats.</summary>
    private static Vector512<float> Widen(byte* source) =>
        Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe()).AsInt32());
}
