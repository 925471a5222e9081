using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Search;

/// <summary>Arithmetic on rows of one byte a value.</summary>
internal static unsafe class CodeRows
{
    public const int MaxCode = 127;

    /// <summary>Writes a vector as codes, value ≈ code × scale, the largest value being ±127.</summary>
    /// <param name="values">Finite; its length is a multiple of 16.</param>
    /// <param name="codes">As long as the values or longer; what is left over becomes zero.</param>
    /// <param name="error">Length of the difference between the values and codes × scale.</param>
    /// <returns>The scale; 0 for the zero vector.</returns>
    public static float Write(ReadOnlySpan<float> values, Span<sbyte> codes, out double error)
    {
        var largest = Vector512<float>.Zero;
        for (var d = 0; d < values.Length; d += 16) largest = Vector512.Max(largest, Vector512.Abs(Vector512.Create(values[d..])));
        var peak = 0f;
        for (var i = 0; i < 16; i++) peak = Math.Max(peak, largest[i]);
        codes.Clear();
        error = 0;
        if (peak == 0) return 0;
        var scale = peak / MaxCode;
        var (inverse, squares) = (Vector512.Create(1 / scale), Vector512<float>.Zero);
        for (var d = 0; d < values.Length; d += 16)
        {
            var value = Vector512.Create(values[d..]);
            var code = Vector512.Round(value * inverse);
            var miss = value - code * scale;
            squares += miss * miss;
            var whole = Vector512.ConvertToInt32(code);
            var shorts = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).CopyTo(codes[d..]);
        }
        // A little more than computed: it must hold as a bound.
        error = Math.Sqrt(Vector512.Sum(squares)) * (1 + 1e-5);
        return scale;
    }

    /// <summary>Sums of products of four rows with one query.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="stride">Bytes from row to row, a multiple of 64; the padding is zero.</param>
    /// <param name="query">As many codes as the stride.</param>
    /// <param name="total">Sum of the query's codes.</param>
    public static Vector128<int> Dot4(sbyte* row, int stride, sbyte* query, int total) =>
        AvxVnni.IsSupported ? Dot4<VnniProduct>(row, stride, query, total)
        : Avx2.IsSupported ? Dot4<Avx2Product>(row, stride, query, total)
        : Dot4<PlainProduct>(row, stride, query, total);

    public static Vector128<int> Dot4<TProduct>(sbyte* row, int stride, sbyte* query, int total)
        where TProduct : ICodeProduct
    {
        var (a, b, c, d) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        var (e, f, g, h) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        sbyte* row1 = row + stride, row2 = row1 + stride, row3 = row2 + stride;
        for (var i = 0; i < stride; i += 64)
        {
            RowPrefetch.Four(row + i, stride);
            var (q, p) = (Vector256.Load(query + i), Vector256.Load(query + i + 32));
            a = TProduct.Add(a, TProduct.Raise(Vector256.Load(row + i)), q);
            e = TProduct.Add(e, TProduct.Raise(Vector256.Load(row + i + 32)), p);
            b = TProduct.Add(b, TProduct.Raise(Vector256.Load(row1 + i)), q);
            f = TProduct.Add(f, TProduct.Raise(Vector256.Load(row1 + i + 32)), p);
            c = TProduct.Add(c, TProduct.Raise(Vector256.Load(row2 + i)), q);
            g = TProduct.Add(g, TProduct.Raise(Vector256.Load(row2 + i + 32)), p);
            d = TProduct.Add(d, TProduct.Raise(Vector256.Load(row3 + i)), q);
            h = TProduct.Add(h, TProduct.Raise(Vector256.Load(row3 + i + 32)), p);
        }
        return Sums(a + e, b + f, c + g, d + h) - Vector128.Create(TProduct.Raised * total);
    }

    private static Vector128<int> Sums(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        if (!Avx2.IsSupported) return Vector128.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
        var halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d)); // a b c d | a b c d
        return halves.GetLower() + halves.GetUpper();
    }

    /// <summary>As <see cref="Dot4(sbyte*, int, sbyte*, int)"/>, for one row.</summary>
    public static int Dot(sbyte* row, int stride, sbyte* query, int total) =>
        AvxVnni.IsSupported ? Dot<VnniProduct>(row, stride, query, total)
        : Avx2.IsSupported ? Dot<Avx2Product>(row, stride, query, total)
        : Dot<PlainProduct>(row, stride, query, total);

    public static int Dot<TProduct>(sbyte* row, int stride, sbyte* query, int total)
        where TProduct : ICodeProduct
    {
        var sum = Vector256<int>.Zero;
        for (var i = 0; i < stride; i += 32) sum = TProduct.Add(sum, TProduct.Raise(Vector256.Load(row + i)), Vector256.Load(query + i));
        return Vector256.Sum(sum) - TProduct.Raised * total;
    }
}
