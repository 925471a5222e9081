using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>Clustered unit vectors, as patches make them, and queries that lie near some of them.</summary>
internal sealed class SearchVectors
{
    private const int Centres = 256;

    private readonly float[] _rows, _queries;
    private readonly int _dim;

    /// <param name="queries">Rows that were moved a little.</param>
    public SearchVectors(int rows, int dim, int queries)
    {
        (_rows, _queries, _dim) = (new float[(long)rows * dim], new float[queries * dim], dim);
        var centres = new float[Centres * dim];
        Near(default, 1, new Random(0), centres);
        Parallel.For(0, rows, r =>
        {
            var random = new Random(r + 1);
            Unit(Near(centres.AsSpan(random.Next(Centres) * dim, dim), .7f, random, _rows.AsSpan(r * dim, dim)));
        });
        var choose = new Random(-1);
        for (var q = 0; q < queries; q++)
            Unit(Near(_rows.AsSpan(choose.Next(rows) * dim, dim), .2f / MathF.Sqrt(dim), choose, _queries.AsSpan(q * dim, dim)));
    }

    public int Rows => _rows.Length / _dim;

    public int Queries => _queries.Length / _dim;

    public ReadOnlyMemory<float> Query(int q) => _queries.AsMemory(q * _dim, _dim);

    /// <summary>(Rows, dim), row-major.</summary>
    public ReadOnlySpan<float> AllRows => _rows;

    public void WriteIndex(string path, IndexStorage storage)
    {
        using var writer = new IndexWriter(path, Header(Rows, _dim, storage));
        writer.Append(_rows);
        writer.Commit();
    }

    public static IndexHeader Header(long rows, int dim, IndexStorage storage) =>
        new(rows, dim, VectorSpace.Embedding, new PatchGrid(1), .25, new string('0', 64), "bench", new string('0', 64)) { Storage = storage };

    /// <summary>Writes both as NumPy's files.</summary>
    public void WriteArrays(string rows, string queries)
    {
        Write(rows, _rows);
        Write(queries, _queries);
    }

    /// <summary>The k rows with the highest products in float32, for each query.</summary>
    public HashSet<long>[] Nearest(int k)
    {
        var nearest = new HashSet<long>[Queries];
        Parallel.For(0, Queries, q =>
        {
            var best = new PriorityQueue<long, float>();
            for (var r = 0; r < Rows; r++)
            {
                var score = Product(_rows.AsSpan(r * _dim, _dim), Query(q).Span);
                if (best.Count < k) best.Enqueue(r, score);
                else best.EnqueueDequeue(r, score);
            }
            nearest[q] = [.. best.UnorderedItems.Select(item => item.Element)];
        });
        return nearest;
    }

    private void Write(string path, float[] values)
    {
        using var file = File.Create(path);
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({values.Length / _dim}, {_dim}), }}".PadRight(117) + "\n";
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)]);
        for (var first = 0; first < values.Length; first += 1 << 24)
            file.Write(MemoryMarshal.AsBytes(values.AsSpan(first, Math.Min(1 << 24, values.Length - first))));
    }

    /// <returns>What was written.</returns>
    private static Span<float> Near(ReadOnlySpan<float> centre, float spread, Random random, Span<float> values)
    {
        for (var d = 0; d < values.Length; d++)
        {
            var noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[d] = (centre.IsEmpty ? 0 : centre[d]) + spread * (float)noise;
        }
        return values;
    }

    private static void Unit(Span<float> values)
    {
        var scale = 1 / MathF.Sqrt(Product(values, values));
        foreach (ref var value in values) value *= scale;
    }

    private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var d = 0;
        for (; d + Vector<float>.Count <= a.Length; d += Vector<float>.Count) sum += new Vector<float>(a[d..]) * new Vector<float>(b[d..]);
        var rest = Vector.Sum(sum);
        for (; d < a.Length; d++) rest += a[d] * b[d];
        return rest;
    }
}
