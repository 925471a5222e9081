using System.Runtime.Intrinsics.X86;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

public unsafe class CodeRowsTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(192)]
    [InlineData(65_536)]
    public void Every_way_of_adding_gives_the_same_whole_numbers(int stride)
    {
        var random = new Random(stride);
        const int queries = 19, rows = 7;
        var (row, query) = (Codes(random, rows * stride), Codes(random, queries * stride));
        // The largest sums there can be.
        row.AsSpan(0, stride).Fill(127);
        query.AsSpan(0, stride).Fill(127);
        query.AsSpan(stride, stride).Fill(-127);

        var expected = new int[rows, queries];
        for (var r = 0; r < rows; r++)
        {
            for (var q = 0; q < queries; q++) expected[r, q] = row.Skip(r * stride).Take(stride).Zip(query.Skip(q * stride), (a, b) => a * b).Sum();
        }
        Check<PlainProduct>(row, query, stride, expected);
        if (Avx2.IsSupported) Check<Avx2Product>(row, query, stride, expected);
        if (AvxVnni.IsSupported) Check<VnniProduct>(row, query, stride, expected);
    }

    [Fact]
    public void Codes_are_within_half_a_step_and_their_error_is_what_is_said()
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var values = IndexFixture.Gaussian(random, 96);
            var codes = new sbyte[128];
            var scale = CodeRows.Write(values, codes, out var error);
            var misses = values.Select((v, d) => v - (double)codes[d] * scale).ToArray();
            Assert.All(misses, miss => Assert.InRange(Math.Abs(miss), 0, scale * .50001));
            Assert.Equal(127, codes.Max(c => Math.Abs((int)c)));
            Assert.InRange(error / Math.Sqrt(misses.Sum(m => m * m)), 1, 1.0001);
            Assert.All(codes[96..], c => Assert.Equal(0, c));
        }
        Assert.Equal(0, CodeRows.Write(new float[32], new sbyte[64], out var none));
        Assert.Equal(0, none);
    }

    private static void Check<TProduct>(sbyte[] rows, sbyte[] queries, int stride, int[,] expected)
        where TProduct : ICodeProduct
    {
        using var panels = new CodePanels(queries, stride);
        var (count, sums) = (expected.GetLength(0), new int[expected.GetLength(0) * panels.Stride]);
        fixed (sbyte* row = rows, query = queries)
        {
            fixed (int* sum = sums)
            {
                fixed (sbyte* scratch = new sbyte[CodePanels.TileRows * stride]) panels.Score<TProduct>(row, count, sum, scratch);
            }
            for (var q = 0; q < expected.GetLength(1); q++)
            {
                var total = queries.AsSpan(q * stride, stride).ToArray().Sum(c => c);
                var four = CodeRows.Dot4<TProduct>(row, stride, query + q * stride, total);
                for (var r = 0; r < count; r++)
                {
                    Assert.Equal(expected[r, q], CodeRows.Dot<TProduct>(row + r * stride, stride, query + q * stride, total));
                    Assert.Equal(expected[r, q], sums[r * panels.Stride + q]);
                    if (r < 4) Assert.Equal(expected[r, q], four[r]);
                }
            }
        }
    }

    private static sbyte[] Codes(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];
}
