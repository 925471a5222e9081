using static TorchSharp.torch;

namespace PatchSsl.Core.Patches;

/// <summary>Gathers images of a batch into one tensor.</summary>
public static class ImageCanvas
{
    /// <summary>Each image in the top left corner of a canvas as large as the largest; what lies beyond an image is undefined.</summary>
    /// <returns>(B,Hmax,Wmax,3) uint8 on the CPU.</returns>
    /// <exception cref="ArgumentException">No image, or more than 2 GB of them.</exception>
    public static Tensor Gather(ImageBatch images)
    {
        if (images.Count == 0) throw new ArgumentException("A canvas needs at least one image.", nameof(images));
        var (width, height) = (0, 0);
        for (var i = 0; i < images.Count; i++)
        {
            var (w, h) = images.Size(i);
            (width, height) = (Math.Max(width, w), Math.Max(height, h));
        }
        if (3L * images.Count * width * height > int.MaxValue)
            throw new ArgumentException($"{images.Count} images of {width} × {height} pixels are more than a canvas holds.", nameof(images));
        var canvas = empty([images.Count, height, width, 3], ScalarType.Byte);          // (B, H, W, 3)
        var target = canvas.bytes;
        var imageBytes = 3 * width * height;
        for (var i = 0; i < images.Count; i++) Paste(images.Pixels(i), images.Size(i), target.Slice(i * imageBytes, imageBytes), width);
        return canvas;
    }

    private static void Paste(ReadOnlySpan<byte> pixels, (int Width, int Height) size, Span<byte> target, int canvasWidth)
    {
        if (size.Width == canvasWidth)
        {
            pixels.CopyTo(target);
            return;
        }
        var row = 3 * size.Width;
        for (var y = 0; y < size.Height; y++) pixels.Slice(y * row, row).CopyTo(target[(y * 3 * canvasWidth)..]);
    }
}
