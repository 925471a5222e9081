using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain;

/// <summary>A seeded sample of a dataset's images and of fixed-scale patches of them.</summary>
/// <param name="Images">Ordinals, in the order drawn.</param>
/// <param name="Patches">As many of each image as of every other, give or take one; <c>Patches[i]</c> is of <c>Images[i % Images.Count]</c>.</param>
internal sealed record PatchSample(IReadOnlyList<int> Images, IReadOnlyList<PatchSource> Patches)
{
    /// <param name="count">Patches in all, each of another image while there are images left.</param>
    /// <param name="patchScale">Share of an image's area that a patch covers.</param>
    /// <param name="stream">What the sample is for: other names draw other patches.</param>
    public static PatchSample Draw(ImageStore store, int count, double patchScale, long seed, string stream)
    {
        var images = OfImages(store.Count, count, seed, stream);
        var sampling = new PatchSampling.FixedScale(patchScale);
        var random = new CounterRandom(seed, stream + " boxes", 0);
        var patches = new PatchSource[count];
        for (var i = 0; i < count; i++)
        {
            var ordinal = images[i % images.Length];
            var (width, height) = store.Size(ordinal);
            patches[i] = new PatchSource(store, ordinal, sampling.Draw(random, width, height));
        }
        return new PatchSample(images, patches);
    }

    /// <summary>Ordinals of some images, none twice.</summary>
    public static int[] OfImages(int all, int count, long seed, string stream)
    {
        int[] ordinals = [.. Enumerable.Range(0, all)];
        new CounterRandom(seed, stream, 0).Shuffle<int>(ordinals);
        return ordinals[..Math.Min(count, all)];
    }
}
