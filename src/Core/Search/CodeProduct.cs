using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Search;

/// <summary>Products of signed bytes, -127 to 127, added up in integers: four neighbours to a lane, so every way gives the same sums.</summary>
internal interface ICodeProduct
{
    /// <summary>What every row value was raised by: sums are too large by as many times the sum of the query.</summary>
    static abstract int Raised { get; }

    static abstract Vector256<sbyte> Raise(Vector256<sbyte> row);

    /// <param name="row">Raised.</param>
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<sbyte> row, Vector256<sbyte> query);
}

/// <summary>One instruction for unsigned by signed bytes (AVX-VNNI): a row value is raised by 128 to be unsigned.</summary>
internal readonly struct VnniProduct : ICodeProduct
{
    public static int Raised => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Raise(Vector256<sbyte> row) => row ^ Vector256.Create((sbyte)-128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<sbyte> row, Vector256<sbyte> query) =>
        AvxVnni.MultiplyWideningAndAdd(sums, row.AsByte(), query);
}

/// <summary>AVX2: the sign of a row value moves to the query, and two products of at most 127² each do not overflow 16 bits.</summary>
internal readonly struct Avx2Product : ICodeProduct
{
    public static int Raised => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Raise(Vector256<sbyte> row) => row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<sbyte> row, Vector256<sbyte> query) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(row), Avx2.Sign(query, row)), Vector256.Create((short)1));
}

/// <summary>Any processor.</summary>
internal readonly struct PlainProduct : ICodeProduct
{
    public static int Raised => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Raise(Vector256<sbyte> row) => row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<sbyte> row, Vector256<sbyte> query)
    {
        var (r, q) = (row.AsInt32(), query.AsInt32());
        return sums + ((r << 24) >> 24) * ((q << 24) >> 24) + ((r << 16) >> 24) * ((q << 16) >> 24) + ((r << 8) >> 24) * ((q << 8) >> 24) + (r >> 24) * (q >> 24);
    }
}
