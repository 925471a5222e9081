using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Images;

/// <summary>Reduces plain pixels by Lanczos' kernel of three lobes, some three times as fast as libvips does. Safe to call from many threads.</summary>
internal static unsafe class ImageReducer
{
    [ThreadStatic]
    private static Scratch? _scratch;

    /// <param name="rgb">(height, width, 3).</param>
    /// <param name="toWidth">1 to <paramref name="width"/>.</param>
    /// <param name="toHeight">1 to <paramref name="height"/>.</param>
    public static DecodedImage Reduce(ReadOnlySpan<byte> rgb, int width, int height, int toWidth, int toHeight)
    {
        if (rgb.Length != 3L * width * height || toWidth < 1 || toWidth > width || toHeight < 1 || toHeight > height)
            throw new ArgumentException($"{rgb.Length} bytes of {width} × {height} pixels cannot be reduced to {toWidth} × {toHeight}.", nameof(rgb));
        return new DecodedImage(toWidth, toHeight, (_scratch ??= new Scratch()).Reduce(rgb, width, height, toWidth, toHeight));
    }

    private sealed class Scratch
    {
        private readonly ResizeTaps _down = new(ResizeKernel.Lanczos), _across = new(ResizeKernel.Lanczos);
        private float[] _row = [];

        public byte[] Reduce(ReadOnlySpan<byte> rgb, int width, int height, int toWidth, int toHeight)
        {
            _down.Set(0, height, height, toHeight, mirrored: false);
            _across.Set(0, width, width, toWidth, mirrored: false);
            if (_row.Length < (3 * width) + 1) _row = new float[(3 * width) + 1];         // the last pixel is read as four values
            var (result, line) = (GC.AllocateUninitializedArray<byte>(3 * toWidth * toHeight), new byte[(3 * toWidth) + 1]);
            fixed (byte* source = rgb, target = line)
            fixed (float* sums = _row, rowWeights = _down.Weights, columnWeights = _across.Weights)
            fixed (int* columns = _across.Starts)
            {
                for (var y = 0; y < toHeight; y++)
                {
                    WeightedSums.OfRows(source + (3L * width * _down.Starts[y]), 3 * width, rowWeights + (y * _down.Count), _down.Count, sums, 3 * width);
                    WeightedSums.OfPixels(sums, columns, columnWeights, _across.Count, toWidth, target);
                    line.AsSpan(0, 3 * toWidth).CopyTo(result.AsSpan(3 * toWidth * y));
                }
            }
            return result;
        }
    }
}
