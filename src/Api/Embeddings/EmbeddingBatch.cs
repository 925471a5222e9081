using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Embeddings;

/// <summary>The part of a work that goes into one batch.</summary>
internal readonly record struct Slice(EmbeddingWork Work, int From, int Count);

/// <summary>What the encoder gets at once. Belongs to the embedding thread, which keeps one and its room from batch to batch.</summary>
internal sealed class EmbeddingBatch
{
    private readonly List<Slice> _slices = [];
    private readonly List<PatchSource> _patches = [];
    private float[] _vectors = [];

    /// <summary>Patches.</summary>
    public int Count => _patches.Count;

    public IReadOnlyList<Slice> Slices => _slices;

    /// <summary>Takes the next patches of a work.</summary>
    public void Add(EmbeddingWork work, int count)
    {
        _slices.Add(new Slice(work, work.Taken, count));
        for (var i = 0; i < count; i++) _patches.Add(work.Patches[work.Taken + i]);
        work.Taken += count;
    }

    /// <summary>Computes, and puts every work's vectors into its place.</summary>
    public void Compute(IPatchEncoder encoder, VectorSpace space)
    {
        var dim = encoder.Dim(space);
        if (_vectors.Length < Count * dim) _vectors = new float[Count * dim];
        encoder.Embed(_patches, space, _vectors.AsSpan(0, Count * dim));                // (N, dim)
        var row = 0;
        foreach (var (work, from, count) in _slices)
        {
            work.Vectors ??= new float[work.Patches.Count * dim];
            _vectors.AsSpan(row * dim, count * dim).CopyTo(work.Vectors.AsSpan(from * dim));
            row += count;
        }
    }

    /// <summary>Lets go of works and pixels.</summary>
    public void Clear()
    {
        _slices.Clear();
        _patches.Clear();
    }
}
