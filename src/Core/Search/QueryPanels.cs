using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PatchSsl.Core.Search;

/// <summary>Several queries laid out to be scored against the same rows in one pass.</summary>
/// <remarks>
/// Queries lie in panels of 32, dimension by dimension, so that a register holds one dimension of 8 or 16 queries. A tile of rows
/// times a panel keeps all its sums in registers. A score is always summed in the order of the dimensions by fused steps, whatever the
/// tile, so it depends on its row and query alone.
/// </remarks>
internal sealed unsafe class QueryPanels : IDisposable
{
    /// <summary>Queries of a panel.</summary>
    public const int Width = 32;

    /// <summary>Rows of the widest tile; <see cref="Score"/> is fastest on multiples of it.</summary>
    public const int TileRows = 8;

    private readonly float* _panels; // (panels, dim, 32), on a cache line's border: a load that straddles two costs twice
    private readonly int _dim;

    /// <param name="queries">(Count, dim), row-major.</param>
    /// <param name="dim">Values of a query.</param>
    /// <param name="rowDim">Values of a row, at least <paramref name="dim"/>: the rest counts nothing.</param>
    /// <param name="scale">Power of two that queries are multiplied by, to undo a scaled row.</param>
    public QueryPanels(ReadOnlySpan<float> queries, int dim, int rowDim, float scale = 1)
    {
        Count = queries.Length / dim;
        Stride = (Count + Width - 1) / Width * Width;
        _dim = rowDim;
        var bytes = (nuint)Stride * (nuint)rowDim * sizeof(float);
        _panels = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_panels, bytes);
        for (var q = 0; q < Count; q++)
        {
            var panel = _panels + (long)q / Width * Width * rowDim;
            for (var d = 0; d < dim; d++) panel[d * Width + q % Width] = queries[q * dim + d] * scale;
        }
    }

    public int Count { get; }

    /// <summary>Scores of a row lie this far apart: Count rounded up to whole panels.</summary>
    public int Stride { get; }

    /// <summary>Scores every row against every query.</summary>
    /// <param name="rows">(count, rowDim), row-major.</param>
    /// <param name="count">Rows.</param>
    /// <param name="scores">(count, Stride); columns from Count on are zero.</param>
    public void Score(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, count * _dim);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, count * Stride);
        fixed (float* row = rows, score = scores)
        {
            for (var first = 0; first < Stride; first += Width)
            {
                var panel = _panels + (long)first * _dim;
                var r = 0;
                if (Vector512.IsHardwareAccelerated)
                {
                    for (; r + 8 <= count; r += 8) Tile8x32(row + (long)r * _dim, panel, score + r * Stride + first);
                }
                else
                {
                    for (; r + 4 <= count; r += 4)
                    {
                        for (var half = 0; half < Width; half += 16) Tile4x16(row + (long)r * _dim, panel + half, score + r * Stride + first + half);
                    }
                }
                for (; r < count; r++) Tile1x32(row + (long)r * _dim, panel, score + r * Stride + first);
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_panels);

    /// <summary>16 sums of 16 lanes: needs the 32 registers of AVX-512.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // inlined into the loop, the sums would not all stay in registers
    private void Tile8x32(float* row, float* panel, float* score)
    {
        var dim = _dim;
        var (a0, a1, a2, a3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (a4, a5, a6, a7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (b0, b1, b2, b3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (b4, b5, b6, b7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        float* r1 = row + dim, r2 = r1 + dim, r3 = r2 + dim, r4 = r3 + dim, r5 = r4 + dim, r6 = r5 + dim, r7 = r6 + dim;
        for (var d = 0; d < dim; d++, panel += Width)
        {
            var a = Vector512.Load(panel);
            var b = Vector512.Load(panel + 16);
            var x = Vector512.Create(row[d]);
            (a0, b0) = (Vector512.FusedMultiplyAdd(x, a, a0), Vector512.FusedMultiplyAdd(x, b, b0));
            x = Vector512.Create(r1[d]);
            (a1, b1) = (Vector512.FusedMultiplyAdd(x, a, a1), Vector512.FusedMultiplyAdd(x, b, b1));
            x = Vector512.Create(r2[d]);
            (a2, b2) = (Vector512.FusedMultiplyAdd(x, a, a2), Vector512.FusedMultiplyAdd(x, b, b2));
            x = Vector512.Create(r3[d]);
            (a3, b3) = (Vector512.FusedMultiplyAdd(x, a, a3), Vector512.FusedMultiplyAdd(x, b, b3));
            x = Vector512.Create(r4[d]);
            (a4, b4) = (Vector512.FusedMultiplyAdd(x, a, a4), Vector512.FusedMultiplyAdd(x, b, b4));
            x = Vector512.Create(r5[d]);
            (a5, b5) = (Vector512.FusedMultiplyAdd(x, a, a5), Vector512.FusedMultiplyAdd(x, b, b5));
            x = Vector512.Create(r6[d]);
            (a6, b6) = (Vector512.FusedMultiplyAdd(x, a, a6), Vector512.FusedMultiplyAdd(x, b, b6));
            x = Vector512.Create(r7[d]);
            (a7, b7) = (Vector512.FusedMultiplyAdd(x, a, a7), Vector512.FusedMultiplyAdd(x, b, b7));
        }
        Store(a0, b0, score);
        Store(a1, b1, score + Stride);
        Store(a2, b2, score + 2 * Stride);
        Store(a3, b3, score + 3 * Stride);
        Store(a4, b4, score + 4 * Stride);
        Store(a5, b5, score + 5 * Stride);
        Store(a6, b6, score + 6 * Stride);
        Store(a7, b7, score + 7 * Stride);
    }

    /// <summary>8 sums of 8 lanes: what fits the 16 registers of AVX2.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tile4x16(float* row, float* panel, float* score)
    {
        var dim = _dim;
        var (a0, a1, a2, a3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (b0, b1, b2, b3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        float* r1 = row + dim, r2 = r1 + dim, r3 = r2 + dim;
        for (var d = 0; d < dim; d++, panel += Width)
        {
            var a = Vector256.Load(panel);
            var b = Vector256.Load(panel + 8);
            var x = Vector256.Create(row[d]);
            (a0, b0) = (Vector256.FusedMultiplyAdd(x, a, a0), Vector256.FusedMultiplyAdd(x, b, b0));
            x = Vector256.Create(r1[d]);
            (a1, b1) = (Vector256.FusedMultiplyAdd(x, a, a1), Vector256.FusedMultiplyAdd(x, b, b1));
            x = Vector256.Create(r2[d]);
            (a2, b2) = (Vector256.FusedMultiplyAdd(x, a, a2), Vector256.FusedMultiplyAdd(x, b, b2));
            x = Vector256.Create(r3[d]);
            (a3, b3) = (Vector256.FusedMultiplyAdd(x, a, a3), Vector256.FusedMultiplyAdd(x, b, b3));
        }
        Vector512.Create(a0, b0).Store(score);
        Vector512.Create(a1, b1).Store(score + Stride);
        Vector512.Create(a2, b2).Store(score + 2 * Stride);
        Vector512.Create(a3, b3).Store(score + 3 * Stride);
    }

    private void Tile1x32(float* row, float* panel, float* score)
    {
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var d = 0; d < _dim; d++, panel += Width)
        {
            var x = Vector512.Create(row[d]);
            a = Vector512.FusedMultiplyAdd(x, Vector512.Load(panel), a);
            b = Vector512.FusedMultiplyAdd(x, Vector512.Load(panel + 16), b);
        }
        Store(a, b, score);
    }

    private static void Store(Vector512<float> a, Vector512<float> b, float* score)
    {
        a.Store(score);
        b.Store(score + 16);
    }
}
