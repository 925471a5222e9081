using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Search;

/// <summary>Arithmetic on half-precision rows.</summary>
/// <remarks>
/// A half is widened by moving its bits into the place of a float's: the result is the value times 2^-112, because the exponents have
/// different biases. Queries are scaled by 2^112 instead, which is exact. This needs two cheap instructions where a full conversion needs
/// a dozen, and is exact for everything but infinities and NaN, which no unit vector holds.
/// </remarks>
internal static unsafe class HalfRows
{
    /// <summary>What undoes <see cref="Widen(ushort*, int, float*)"/>.</summary>
    public const float Scale = 5.192296858534828e33f; // 2^112

    private const int Keep = unchecked((int)0x8FFFE000);

    /// <summary>Writes a vector at unit length as halves; the zero vector stays zero.</summary>
    /// <param name="row">Finite values.</param>
    /// <param name="halves">At least as long; what is left over becomes zero.</param>
    public static void WriteUnit(ReadOnlySpan<float> row, Span<ushort> halves)
    {
        var squares = 0.0;
        foreach (var value in row) squares += (double)value * value;
        if (!double.IsFinite(squares)) throw new ArgumentException("A vector holds NaN or infinity.", nameof(row));
        var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (var d = 0; d < row.Length; d++)
        {
            var half = (Half)(row[d] * scale);
            // Some processors take a hundred times longer over a subnormal; below 6e-5 it is worth less than the rounding of the rest.
            halves[d] = Half.IsSubnormal(half) ? (ushort)0 : BitConverter.HalfToUInt16Bits(half);
        }
        halves[row.Length..].Clear();
    }

    /// <summary>Widens <paramref name="count"/> halves, a multiple of 16, to floats 2^112 times too small.</summary>
    public static void Widen(ushort* halves, int count, float* floats)
    {
        for (var d = 0; d < count; d += 16) Widen(halves + d).Store(floats + d);
    }

    /// <summary>Dot products of four rows with one query that was multiplied by <see cref="Scale"/>.</summary>
    /// <param name="row">The first row, 64-byte aligned.</param>
    /// <param name="stride">Halves from row to row, a multiple of 32; the padding is zero.</param>
    /// <param name="query">As many floats as the stride.</param>
    public static Vector128<float> Dot4(ushort* row, int stride, float* query)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var i = 0; i < stride; i += 32)
        {
            RowPrefetch.Four(row + i, stride * sizeof(ushort));
            for (var j = i; j < i + 32; j += 16)
            {
                var q = Vector512.Load(query + j);
                a = Vector512.FusedMultiplyAdd(Widen(row + j), q, a);
                b = Vector512.FusedMultiplyAdd(Widen(row + stride + j), q, b);
                c = Vector512.FusedMultiplyAdd(Widen(row + 2 * stride + j), q, c);
                d = Vector512.FusedMultiplyAdd(Widen(row + 3 * stride + j), q, d);
            }
        }
        return Vector128.Create(Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
    }

    /// <summary>As <see cref="Dot4"/>, with the same rounding, for one row.</summary>
    public static float Dot(ushort* row, int stride, float* query)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < stride; i += 16) sum = Vector512.FusedMultiplyAdd(Widen(row + i), Vector512.Load(query + i), sum);
        return Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(ushort* halves)
    {
        // The sign is spread over the upper half, the bits move to where a float has them, and all but the topmost sign bit is dropped.
        var shorts = Vector256.Load((short*)halves);
        var wide = Avx512F.IsSupported ? Avx512F.ConvertToVector512Int32(shorts) : Vector512.Create(Vector256.WidenLower(shorts), Vector256.WidenUpper(shorts));
        return (Vector512.ShiftLeft(wide, 13) & Vector512.Create(Keep)).AsSingle();
    }
}
