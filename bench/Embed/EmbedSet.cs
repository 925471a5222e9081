using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;

namespace PatchSsl.Bench;

/// <summary>Generated scenes as the clients send them, and as the encoder is given them without a server.</summary>
internal sealed class EmbedSet : IDisposable
{
    /// <summary>Patches of an image, in a grid.</summary>
    public const int PerImage = 16;

    private EmbedSet(IReadOnlyList<byte[]> files, PatchInput one, PatchInput batch) => (Files, One, Batch) = (files, one, batch);

    /// <summary>JPEG files.</summary>
    public IReadOnlyList<byte[]> Files { get; }

    /// <summary>The patches of the first image, ready for the network.</summary>
    public PatchInput One { get; }

    /// <summary>Patches of as many images as make a batch of the encoder's.</summary>
    public PatchInput Batch { get; }

    public static EmbedSet Make(Encoder encoder, int images, int side)
    {
        var batch = Math.Max(1, encoder.BatchSize / PerImage);
        byte[][] files = [.. Enumerable.Range(0, Math.Max(images, batch)).AsParallel().AsOrdered().Select(i =>
            ThumbnailWriter.Jpeg(SceneGenerator.Render(new GeneratedSpec(images, side, Seed: 1), i).Rgb, side, side))];
        PatchSource[] patches = [.. files.Take(batch).SelectMany(file =>
        {
            var image = ImageDecoder.Decode(file, new ImportLimits());
            return new PatchGrid(PerImage).Boxes(image.Width, image.Height, encoder.Spec.PatchScale).Select(box => new PatchSource(image.Rgb, image.Width, image.Height, box));
        })];
        return new EmbedSet(files, encoder.Input(patches[..PerImage]), encoder.Input(patches));
    }

    public void Dispose()
    {
        One.Dispose();
        Batch.Dispose();
    }
}
