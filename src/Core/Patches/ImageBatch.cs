using PatchSsl.Core.Images;

namespace PatchSsl.Core.Patches;

/// <summary>Some decoded images, of any sizes, as a crop reads them.</summary>
public abstract class ImageBatch
{
    /// <summary>B, images.</summary>
    public abstract int Count { get; }

    /// <summary>Width and height in pixels of image <paramref name="i"/>.</summary>
    public abstract (int Width, int Height) Size(int i);

    /// <summary>Pixels of image <paramref name="i"/>: height × width × RGB, row by row.</summary>
    public abstract ReadOnlySpan<byte> Pixels(int i);

    /// <summary>Images that are in memory.</summary>
    public static ImageBatch Of(IReadOnlyList<(ReadOnlyMemory<byte> Rgb, int Width, int Height)> images)
    {
        for (var i = 0; i < images.Count; i++)
        {
            var (rgb, width, height) = images[i];
            if (width < 1 || height < 1 || rgb.Length != 3L * width * height)
                throw new ArgumentException($"Image {i} of {width} × {height} pixels needs {3L * width * height} bytes, got {rgb.Length}.", nameof(images));
        }
        return new InMemory(images);
    }

    /// <summary>Images of a store, read straight from its map; valid while the store is open.</summary>
    public static ImageBatch Of(ImageStore store, IReadOnlyList<int> ordinals) => new Stored(store, ordinals);

    private sealed class Stored(ImageStore store, IReadOnlyList<int> ordinals) : ImageBatch
    {
        public override int Count => ordinals.Count;

        public override (int Width, int Height) Size(int i) => store.Size(ordinals[i]);

        public override ReadOnlySpan<byte> Pixels(int i) => store.Pixels(ordinals[i]);
    }

    private sealed class InMemory(IReadOnlyList<(ReadOnlyMemory<byte> Rgb, int Width, int Height)> images) : ImageBatch
    {
        public override int Count => images.Count;

        public override (int Width, int Height) Size(int i) => (images[i].Width, images[i].Height);

        public override ReadOnlySpan<byte> Pixels(int i) => images[i].Rgb.Span;
    }
}
