using static TorchSharp.torch;

namespace PatchSsl.Core.Embedding;

/// <summary>The bag of an image: the mean of its patches' vectors as the model gives them. Where unit length is wanted, it comes after the mean.</summary>
/// <remarks>
/// Bag of Image Patch Embedding, arXiv 2206.08954, section 3. In three forms, since it is wanted in three places: of vectors in memory, of a
/// tensor of whole images, and of several bags of the same patches as one matrix to multiply with.
/// </remarks>
public static class Bag
{
    /// <summary>The mean of an image's vectors.</summary>
    /// <param name="patches">(n, D), row-major; n at least 1.</param>
    /// <param name="dim">D.</param>
    /// <returns>(D).</returns>
    /// <exception cref="ArgumentException">The length is no multiple of D, or nothing.</exception>
    public static float[] Mean(ReadOnlySpan<float> patches, int dim)
    {
        if (dim < 1 || patches.Length == 0 || patches.Length % dim != 0)
            throw new ArgumentException($"{patches.Length} values are not one or more vectors of {dim}.", nameof(patches));
        var bag = new float[dim];
        for (var first = 0; first < patches.Length; first += dim)
        {
            var row = patches.Slice(first, dim);
            for (var d = 0; d < dim; d++) bag[d] += row[d];
        }
        var count = patches.Length / dim;
        foreach (ref var value in bag.AsSpan()) value /= count;
        return bag;
    }

    /// <summary>The mean of each image's vectors.</summary>
    internal static Tensor Mean(Tensor patches) => patches.mean([1]);                   // (B, n, D) → (B, D)

    /// <summary>What bags of the same patches are made with: row k holds one over its count at the patches of bag k, and zero elsewhere.</summary>
    /// <param name="bags">First patch and number of patches of each bag.</param>
    /// <param name="perImage">n, patches of an image.</param>
    /// <returns>(bags, n), row-major, to be multiplied with (n, D).</returns>
    internal static float[] Weights(IReadOnlyList<(int First, int Count)> bags, int perImage)
    {
        var weights = new float[bags.Count * perImage];
        for (var k = 0; k < bags.Count; k++) weights.AsSpan((k * perImage) + bags[k].First, bags[k].Count).Fill(1f / bags[k].Count);
        return weights;
    }
}
