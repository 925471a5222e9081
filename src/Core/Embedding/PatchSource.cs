using PatchSsl.Core.Images;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Embedding;

/// <summary>A patch to embed: a box of an image that is in memory or in a store.</summary>
public sealed class PatchSource
{
    private readonly ReadOnlyMemory<byte> _rgb;
    private readonly ImageStore? _store;
    private readonly int _ordinal;

    /// <param name="rgb">(height, width, 3) pixels.</param>
    /// <param name="box">Within the image.</param>
    /// <exception cref="ArgumentException">The pixels do not make such an image, or the box is not within it.</exception>
    public PatchSource(ReadOnlyMemory<byte> rgb, int width, int height, PatchBox box)
    {
        if (width < 1 || height < 1 || rgb.Length != 3L * width * height) throw new ArgumentException($"{rgb.Length} bytes are no {width} × {height} image.", nameof(rgb));
        (_rgb, Width, Height, Box) = (rgb, width, height, Checked(box, width, height));
    }

    /// <param name="store">Stays open as long as the patch is used; its pixels are read from the map.</param>
    /// <param name="box">Within the image.</param>
    /// <exception cref="ArgumentException">The box is not within the image.</exception>
    public PatchSource(ImageStore store, int ordinal, PatchBox box)
    {
        (Width, Height) = store.Size(ordinal);
        (_store, _ordinal, Box) = (store, ordinal, Checked(box, Width, Height));
    }

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; }

    /// <summary>The patch's place in the image.</summary>
    public PatchBox Box { get; }

    internal ReadOnlySpan<byte> Pixels => _store is null ? _rgb.Span : _store.Pixels(_ordinal);

    private static PatchBox Checked(PatchBox box, int width, int height) => box.IsWithin(width, height)
        ? box
        : throw new ArgumentException($"The box {box} is not within an image of {width} × {height} pixels.", nameof(box));
}
