using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using TorchSharp;

namespace PatchSsl.Core.Evaluation;

/// <summary>One vector an image, in a way that kNN compares.</summary>
internal abstract class ImageVectors
{
    public abstract int Dim { get; }

    /// <summary>Images that are worth taking at once.</summary>
    public abstract int Chunk { get; }

    /// <returns>(n, Dim) unit vectors, row-major.</returns>
    /// <exception cref="JobFailedException">A vector is not finite.</exception>
    public float[] Of(ReadOnlySpan<int> ordinals)
    {
        try
        {
            return Vectors(ordinals.ToArray());
        }
        catch (NotFiniteNumberException error)
        {
            throw new JobFailedException("The model gives NaN or infinite vectors: its training has diverged.", error);
        }
    }

    protected abstract float[] Vectors(int[] ordinals);
}

/// <summary>The average of the image's patch vectors, at unit length.</summary>
internal sealed class BagVectors(ImageStore store, Encoder encoder, PatchGrid grid, VectorSpace space) : ImageVectors
{
    public override int Dim => encoder.Dim(space);

    public override int Chunk => Math.Max(1, 4 * encoder.BatchSize / grid.PatchesPerImage);

    protected override float[] Vectors(int[] ordinals)
    {
        PatchSource[] patches = [.. ordinals.SelectMany(i => GridPatches.Of(store, i, grid, encoder.Spec.PatchScale))];
        return UnitRows.Bags(encoder.Embed(patches, space), grid.PatchesPerImage, Dim);
    }
}

/// <summary>The image's own pixels: resized whole, less the average image of the bank, at unit length.</summary>
/// <remarks>Without the average taken off, all cosines are close to 1 and say little but how bright an image is.</remarks>
internal sealed class PixelVectors : ImageVectors
{
    /// <summary>Images, evenly spread over the bank, that the average is taken of.</summary>
    public const int MeanOf = 5_000;

    private readonly ImageStore _store;
    private readonly int _size;
    private readonly float[] _mean;

    public PixelVectors(ImageStore store, int size, int[] bank)
    {
        (_store, _size) = (store, size);
        _mean = new float[Dim];
        var step = (bank.Length + MeanOf - 1) / MeanOf;
        int[] sample = [.. bank.Where((_, i) => i % step == 0)];
        foreach (var ordinals in sample.Chunk(Chunk))
        {
            var pixels = Pixels(ordinals);
            for (var i = 0; i < pixels.Length; i++) _mean[i % Dim] += pixels[i] / sample.Length;
        }
    }

    public override int Dim => 3 * _size * _size;

    public override int Chunk => Math.Max(1, (8 << 20) / Dim);

    protected override float[] Vectors(int[] ordinals)
    {
        var pixels = Pixels(ordinals);
        for (var i = 0; i < pixels.Length; i++) pixels[i] -= _mean[i % Dim];
        UnitRows.Scale(pixels, Dim);
        return pixels;
    }

    /// <returns>(n, 3·P·P) in 0 to 1.</returns>
    private float[] Pixels(int[] ordinals)
    {
        using var scope = torch.NewDisposeScope();
        PatchSource[] whole = [.. ordinals.SelectMany(i => GridPatches.Of(_store, i, PatchGrid.Whole, 1))];
        return PatchBatch.Crop(whole, _size, torch.CPU).data<float>().ToArray();
    }
}
