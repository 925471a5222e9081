using PatchSsl.Core.Patches;
using static TorchSharp.torch;

namespace PatchSsl.Core.Embedding;

/// <summary>Cuts patches of any images out in their order.</summary>
internal static class PatchBatch
{
    /// <returns>(N,3,P,P) float32 in 0 to 1 on the device.</returns>
    public static Tensor Crop(IReadOnlyList<PatchSource> patches, int size, Device device) =>
        PatchCropper.Crop(new Sources(patches), [.. patches.Select(patch => new[] { patch.Box })], size, device);

    /// <summary>The image of each patch: several may be the same.</summary>
    private sealed class Sources(IReadOnlyList<PatchSource> patches) : ImageBatch
    {
        public override int Count => patches.Count;

        public override (int Width, int Height) Size(int i) => (patches[i].Width, patches[i].Height);

        public override ReadOnlySpan<byte> Pixels(int i) => patches[i].Pixels;
    }
}
