using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Search;

/// <summary>Several queries of one byte a value, laid out to be scored against the same rows in one pass.</summary>
/// <remarks>
/// Queries lie in panels of 16, four dimensions at a time: a register holds four dimensions of eight queries, and meets four bytes of a
/// row spread over all its lanes. The sums of six rows times a panel stay in registers, and the panels stay in the first cache. Sums are
/// whole numbers, so no order of adding changes a score.
/// </remarks>
internal sealed unsafe class CodePanels : IDisposable
{
    /// <summary>Queries of a panel.</summary>
    public const int Width = 16;

    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 6;

    private readonly sbyte* _panels; // (panels, stride / 4, 16, 4)
    private readonly int* _totals;
    private readonly int _stride;

    /// <param name="codes">(Count, stride), row-major.</param>
    /// <param name="stride">Bytes of a row, a multiple of 64.</param>
    public CodePanels(ReadOnlySpan<sbyte> codes, int stride)
    {
        Count = codes.Length / stride;
        Stride = (Count + Width - 1) / Width * Width;
        _stride = stride;
        var bytes = (nuint)Stride * (nuint)stride;
        _panels = (sbyte*)NativeMemory.AlignedAlloc(bytes, 64);
        _totals = (int*)NativeMemory.AlignedAlloc((nuint)Stride * sizeof(int), 64);
        NativeMemory.Clear(_panels, bytes);
        NativeMemory.Clear(_totals, (nuint)Stride * sizeof(int));
        for (var q = 0; q < Count; q++)
        {
            var panel = _panels + (long)q / Width * Width * stride;
            for (var d = 0; d < stride; d++)
            {
                panel[(d / 4 * Width + q % Width) * 4 + d % 4] = codes[q * stride + d];
                _totals[q] += codes[q * stride + d];
            }
        }
    }

    public int Count { get; }

    /// <summary>Scores of a row lie this far apart: Count rounded up to whole panels.</summary>
    public int Stride { get; }

    /// <summary>Sums of products of every row with every query.</summary>
    /// <param name="rows">(count, stride) codes.</param>
    /// <param name="sums">(count, Stride); columns from Count on are zero.</param>
    /// <param name="scratch">TileRows × stride bytes.</param>
    public void Score(sbyte* rows, int count, int* sums, sbyte* scratch)
    {
        if (AvxVnni.IsSupported) Score<VnniProduct>(rows, count, sums, scratch);
        else if (Avx2.IsSupported) Score<Avx2Product>(rows, count, sums, scratch);
        else Score<PlainProduct>(rows, count, sums, scratch);
    }

    public void Score<TProduct>(sbyte* rows, int count, int* sums, sbyte* scratch)
        where TProduct : ICodeProduct
    {
        for (var r = 0; r < count;)
        {
            // The last tile reaches back over rows that are done, rather than be smaller.
            if (count >= TileRows) r = Math.Min(r, count - TileRows);
            var tile = Math.Min(TileRows, count - r);
            Raise<TProduct>(rows + (long)r * _stride, tile * _stride, scratch);
            for (var first = 0; first < Stride; first += Width)
            {
                var to = sums + r * Stride + first;
                if (tile == TileRows) Tile6x16<TProduct>(scratch, first, to);
                else
                {
                    for (var i = 0; i < tile; i++) Tile1x16<TProduct>(scratch + i * _stride, first, to + i * Stride);
                }
            }
            r += tile;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_panels);
        NativeMemory.AlignedFree(_totals);
    }

    private static void Raise<TProduct>(sbyte* rows, int bytes, sbyte* raised)
        where TProduct : ICodeProduct
    {
        for (var i = 0; i < bytes; i += 64)
        {
            // The tile after the next comes from memory while this one is scored.
            if (Sse.IsSupported) Sse.Prefetch0(rows + 2 * bytes + i);
            TProduct.Raise(Vector256.Load(rows + i)).Store(raised + i);
            TProduct.Raise(Vector256.Load(rows + i + 32)).Store(raised + i + 32);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // inlined into the loop, the sums would not all stay in registers
    private void Tile6x16<TProduct>(sbyte* row, int first, int* sums)
        where TProduct : ICodeProduct
    {
        var panel = _panels + (long)first * _stride;
        var (begin0, begin1) = Begin<TProduct>(first);
        var (a0, a1, a2, a3, a4, a5) = (begin0, begin0, begin0, begin0, begin0, begin0);
        var (b0, b1, b2, b3, b4, b5) = (begin1, begin1, begin1, begin1, begin1, begin1);
        sbyte* r1 = row + _stride, r2 = r1 + _stride, r3 = r2 + _stride, r4 = r3 + _stride, r5 = r4 + _stride;
        for (var d = 0; d < _stride; d += 4, panel += 4 * Width)
        {
            var a = Vector256.Load(panel);
            var b = Vector256.Load(panel + 32);
            var x = Spread(row + d);
            (a0, b0) = (TProduct.Add(a0, x, a), TProduct.Add(b0, x, b));
            x = Spread(r1 + d);
            (a1, b1) = (TProduct.Add(a1, x, a), TProduct.Add(b1, x, b));
            x = Spread(r2 + d);
            (a2, b2) = (TProduct.Add(a2, x, a), TProduct.Add(b2, x, b));
            x = Spread(r3 + d);
            (a3, b3) = (TProduct.Add(a3, x, a), TProduct.Add(b3, x, b));
            x = Spread(r4 + d);
            (a4, b4) = (TProduct.Add(a4, x, a), TProduct.Add(b4, x, b));
            x = Spread(r5 + d);
            (a5, b5) = (TProduct.Add(a5, x, a), TProduct.Add(b5, x, b));
        }
        Store(a0, b0, sums);
        Store(a1, b1, sums + Stride);
        Store(a2, b2, sums + 2 * Stride);
        Store(a3, b3, sums + 3 * Stride);
        Store(a4, b4, sums + 4 * Stride);
        Store(a5, b5, sums + 5 * Stride);
    }

    private void Tile1x16<TProduct>(sbyte* row, int first, int* sums)
        where TProduct : ICodeProduct
    {
        var panel = _panels + (long)first * _stride;
        var (a, b) = Begin<TProduct>(first);
        for (var d = 0; d < _stride; d += 4, panel += 4 * Width)
        {
            var x = Spread(row + d);
            a = TProduct.Add(a, x, Vector256.Load(panel));
            b = TProduct.Add(b, x, Vector256.Load(panel + 32));
        }
        Store(a, b, sums);
    }

    private (Vector256<int> A, Vector256<int> B) Begin<TProduct>(int first)
        where TProduct : ICodeProduct =>
        (Vector256.Load(_totals + first) * -TProduct.Raised, Vector256.Load(_totals + first + 8) * -TProduct.Raised);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Spread(sbyte* four) => Vector256.Create(*(int*)four).AsSByte();

    private static void Store(Vector256<int> a, Vector256<int> b, int* sums)
    {
        a.Store(sums);
        b.Store(sums + 8);
    }
}
