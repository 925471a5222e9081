using NetVips;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Images;

/// <summary>Pictures for people, made of pixels that are already trusted. Safe to call from many threads.</summary>
public static class ThumbnailWriter
{
    /// <summary>Media type of what both methods return.</summary>
    public const string MediaType = "image/jpeg";

    private const int Quality = 90;

    /// <summary>An image as JPEG.</summary>
    /// <param name="rgb">(height, width, 3).</param>
    /// <param name="size">Longer side of the result, 1 to 4,096; null keeps the size.</param>
    public static byte[] Jpeg(ReadOnlySpan<byte> rgb, int width, int height, int? size = null)
    {
        using var image = Vips.FromRgb(rgb.ToArray(), width, height);
        if (size is not { } side) return Save(image);
        var scale = (double)Math.Clamp(side, 1, 4096) / Math.Max(width, height);
        using var sized = Sized(image, scale);
        return Save(sized);
    }

    /// <summary>A rectangle of an image as JPEG; parts of it outside the image are left out.</summary>
    /// <param name="rgb">(height, width, 3).</param>
    /// <param name="box">In pixels of the image; rounded outwards to whole ones.</param>
    /// <param name="size">Longer side of the result, 1 to 4,096.</param>
    public static byte[] Crop(ReadOnlySpan<byte> rgb, int width, int height, PatchBox box, int size)
    {
        var (left, top) = (Math.Clamp((int)Math.Floor(box.X), 0, width - 1), Math.Clamp((int)Math.Floor(box.Y), 0, height - 1));
        var right = Math.Clamp((int)Math.Ceiling(box.X + box.Width), left + 1, width);
        var bottom = Math.Clamp((int)Math.Ceiling(box.Y + box.Height), top + 1, height);
        var cropped = new byte[(right - left) * (bottom - top) * 3];
        for (var y = top; y < bottom; y++)
            rgb.Slice((y * width + left) * 3, (right - left) * 3).CopyTo(cropped.AsSpan((y - top) * (right - left) * 3));
        return Jpeg(cropped, right - left, bottom - top, size);
    }

    /// <summary>Reduced with Lanczos; enlarged a little with a cubic filter; from four times on as plain squares, because so few pixels are
    /// looked at one by one, and a blur would invent what the encoder never saw.</summary>
    private static Image Sized(Image image, double scale)
    {
        var kernel = scale >= 4 ? Enums.Kernel.Nearest : scale > 1 ? Enums.Kernel.Cubic : Enums.Kernel.Lanczos3;
        var (width, height) = (Math.Max(1, Math.Round(image.Width * scale)), Math.Max(1, Math.Round(image.Height * scale)));
        return image.Resize(width / image.Width, vscale: height / image.Height, kernel: kernel);
    }

    private static byte[] Save(Image image) =>
        image.JpegsaveBuffer(q: Quality, optimizeCoding: true, subsampleMode: Enums.ForeignSubsample.Off);
}
