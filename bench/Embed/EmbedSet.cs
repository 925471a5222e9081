using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;

namespace PatchSsl.Bench;

/// <summary>Generated scenes as the clients send them, and as the encoder is given them without a server.</summary>
internal sealed class EmbedSet : IDisposable
{
    private EmbedSet(IReadOnlyList<byte[]> files, TorchSharp.torch.Tensor one, TorchSharp.torch.Tensor batch) => (Files, One, Batch) = (files, one, batch);

    /// <summary>JPEG files.</summary>
    public IReadOnlyList<byte[]> Files { get; }

    /// <summary>The patches of the first image, ready for the network.</summary>
    public TorchSharp.torch.Tensor One { get; }

    /// <summary>Patches of as many images as make a batch.</summary>
    public TorchSharp.torch.Tensor Batch { get; }

    public static EmbedSet Make(Encoder encoder, int images, int side, int batch)
    {
        byte[][] files = [.. Enumerable.Range(0, images).AsParallel().AsOrdered().Select(i =>
            ThumbnailWriter.Jpeg(SceneGenerator.Render(new GeneratedSpec(images, side, Seed: 1), i).Rgb, side, side))];
        PatchSource[] patches = [.. files.Take(batch / 16).SelectMany(file =>
        {
            var image = ImageDecoder.Decode(file, new ImportLimits());
            return new PatchGrid(16).Boxes(image.Width, image.Height, encoder.Spec.PatchScale).Select(box => new PatchSource(image.Rgb, image.Width, image.Height, box));
        })];
        return new EmbedSet(files, encoder.Input(patches[..16]), encoder.Input(patches));
    }

    public void Dispose()
    {
        One.Dispose();
        Batch.Dispose();
    }
}
