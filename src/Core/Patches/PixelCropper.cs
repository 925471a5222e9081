using PatchSsl.Core.Pixels;
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
    private static Scratch? _scratch;

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
                var own = _scratch ??= new Scratch();
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
        var (width, height) = images.Size(cut.Image);
        if (!cut.Box.IsWithin(width, height)) throw new ArgumentException($"Box {number}, {cut.Box}, is not within its image of {width} × {height} pixels.");
    }

    /// <summary>What a thread keeps from patch to patch, so that cutting one allocates nothing.</summary>
    private sealed class Scratch
    {
        private readonly ResizeTaps _down = new(), _across = new();
        private float[] _row = [];

        public void Cut(ReadOnlySpan<byte> pixels, (int Width, int Height) image, PatchCut cut, int size, float* output)
        {
            _down.Set(cut.Box.Y, cut.Box.Height, image.Height, size, mirrored: false, unit: 1.0 / 255);
            _across.Set(cut.Box.X, cut.Box.Width, image.Width, size, cut.Flip);
            var (stride, values) = (3 * image.Width, 3 * _across.Length);
            if (_row.Length < values + 1) _row = new float[values + 1];                   // the last pixel is read as four values
            fixed (byte* start = pixels)
            fixed (float* line = _row, rowWeights = _down.Weights, columnWeights = _across.Weights)
            fixed (int* columns = _across.Starts)
            {
                var box = start + ((long)_down.First * stride) + (3 * _across.First);
                for (var y = 0; y < size; y++)
                {
                    WeightedSums.OfRows(box + ((long)_down.Starts[y] * stride), stride, rowWeights + (y * _down.Count), _down.Count, line, values);
                    WeightedSums.OfPixels(line, columns, columnWeights, _across.Count, size, output + (y * size), size * size);
                }
            }
        }
    }
}
