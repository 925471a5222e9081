using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>The patches of images, and their pixels as k-means sees them.</summary>
internal sealed class CodedPatches(ImageStore store, CooccurrenceOptions options, double scale, long seed)
{
    private readonly PatchSampling.FixedScale _sampling = new(scale);

    /// <summary>The patches of an image: the seed and its place in the dataset decide, whatever else is measured.</summary>
    public IReadOnlyList<PatchSource> Of(int image)
    {
        if (options.Placement == PatchPlacement.Grid) return GridPatches.Of(store, image, new PatchGrid(options.PatchesPerImage), scale);
        var (width, height) = store.Size(image);
        var random = new CounterRandom(seed, "cooccurrence patches", image);
        return [.. Enumerable.Range(0, options.PatchesPerImage).Select(_ => new PatchSource(store, image, _sampling.Draw(random, width, height)))];
    }

    /// <returns>(n,D) float64 in 0 to 1, D = 3·side².</returns>
    public Tensor Pixels(IReadOnlyList<PatchSource> patches)
    {
        using var scope = NewDisposeScope();
        return PatchBatch.Crop(patches, options.PixelSide, CPU).view(patches.Count, -1).to(float64).MoveToOuterDisposeScope();
    }
}
