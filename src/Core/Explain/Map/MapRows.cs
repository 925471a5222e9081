using System.Runtime.Intrinsics;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Map;

/// <summary>Some rows of an index, gone through block by block on every core.</summary>
/// <remarks>
/// They are read from the memory map each time, so memory does not grow with the rows. Rows are cut into a fixed number of stripes whose
/// parts are put together in order: a sum is the same to the last bit however many cores there are.
/// </remarks>
internal sealed class MapRows(IndexFile index, long[] numbers)
{
    /// <summary>Rows of a block: with their products they stay in a core's cache.</summary>
    public const int BlockRows = 128;

    private const int Stripes = 16;

    public int Count => numbers.Length;

    public int Dim => index.Dim;

    /// <summary>Values from row to row of a block; zero from Dim on.</summary>
    public int Stride => index.Stride;

    /// <summary>What is done with one block.</summary>
    /// <param name="first">Its first row among these.</param>
    /// <param name="count">Its rows, at most <see cref="BlockRows"/>.</param>
    /// <param name="block">(count, Stride).</param>
    public delegate void Visit<in TPart>(TPart part, int first, int count, Span<float> block);

    /// <summary>Goes through all rows.</summary>
    /// <param name="start">Makes what a stripe gathers.</param>
    /// <returns>What the stripes gathered, in the order of their rows.</returns>
    public TPart[] Run<TPart>(Func<TPart> start, Visit<TPart> visit, CancellationToken cancel)
    {
        var parts = new TPart[Math.Min(Stripes, (Count + BlockRows - 1) / BlockRows)];
        Parallel.For(0, parts.Length, new ParallelOptions { CancellationToken = cancel }, s =>
        {
            var part = parts[s] = start();
            var block = new float[BlockRows * Stride];
            var end = (int)((long)Count * (s + 1) / parts.Length);
            for (var first = (int)((long)Count * s / parts.Length); first < end; first += BlockRows)
            {
                cancel.ThrowIfCancellationRequested();
                var count = Math.Min(BlockRows, end - first);
                var rows = block.AsSpan(0, count * Stride);
                index.Read(numbers.AsSpan(first, count), rows);
                visit(part, first, count, rows);
            }
        });
        return parts;
    }

    /// <summary>Some of the rows as they are.</summary>
    /// <returns>(which, Stride).</returns>
    public float[] Read(ReadOnlySpan<long> which)
    {
        var chosen = new long[which.Length];
        for (var i = 0; i < chosen.Length; i++) chosen[i] = numbers[which[i]];
        var rows = new float[chosen.Length * Stride];
        index.Read(chosen, rows);
        return rows;
    }

    /// <summary>Takes a vector from every row of a block.</summary>
    /// <param name="vector">(Stride).</param>
    public void Subtract(Span<float> block, ReadOnlySpan<float> vector)
    {
        for (var row = 0; row < block.Length; row += Stride)
        {
            for (var d = 0; d < Stride; d += 16)
            {
                var values = block.Slice(row + d, 16);
                (Vector512.Create<float>(values) - Vector512.Create(vector.Slice(d, 16))).CopyTo(values);
            }
        }
    }
}
