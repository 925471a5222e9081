using PatchSsl.Core.Explain.Cooccurrence;
using PatchSsl.Core.Tests.Embedding;

namespace PatchSsl.Core.Tests.Explain.Cooccurrence;

/// <summary>Counts, products and figures where the answer is known.</summary>
public sealed class CellTests
{
    private static readonly int[] TwoCodes = [0, 0, 1, 0, 0, 0, 1, 1, 1];

    public CellTests() => TestModel.Runtime();

    [Fact]
    public void Two_codes_counted_by_hand()
    {
        // Images 001, 000 and 111: ordered pairs 00 2 + 6, 01 2, 10 2, 11 6.
        var counts = PairCounts.Of(TwoCodes, perImage: 3, k: 2);
        Assert.Equal((9, 4, 2, 3), (counts.Pairs, counts.Observed(0, 0), counts.Observed(0, 1), counts.Observed(1, 1)));
        Assert.Equal((10 / 18.0, 8 / 18.0), (counts.Share(0), counts.Share(1)));
        Assert.Equal(9 * (80 / 324.0) * 2, counts.Expected(1, 0), 12);
        Assert.Equal(1.44, counts.Ratio(0, 0), 12);
        Assert.Equal(.45, counts.Ratio(0, 1), 12);
        Assert.Equal(1.6875, counts.Ratio(1, 1), 12);
    }

    [Fact]
    public void Products_that_equal_the_ratio_lie_on_the_line_of_slope_one()
    {
        // Four codes that keep to themselves more or less; z of a code is a row of the ratio's Cholesky factor, so that z_a·z_b is the ratio.
        int[] train = [.. Enumerable.Range(0, 300).SelectMany(i => new[] { i % 4, i % 4, (i + (i % 7 == 0 ? 1 : 0)) % 4, i * i % 4 })];
        var counts = PairCounts.Of(train, 4, 4);
        var factor = Cholesky(counts);
        int[] heldOut = [.. Enumerable.Range(0, 60).Select(p => p * 7 % 11 % 4)];
        var products = new CodeProducts([.. heldOut.SelectMany(c => factor[c])], 4, heldOut, 3, 4);
        var table = CellTable.Of(counts, Controls(train, 4, 4), Holders(heldOut, 3, 4), minPairs: 1);
        int[][] drawn = [Ones(20), [.. Ones(20).Select((_, i) => i % 2 * 2)], [.. Ones(20).Select((_, i) => (i + 1) % 2 * 2)]];
        var fit = table.Fits(0, [.. products.Means(drawn)], 4).First();

        Assert.Equal((FitAgainst.Ratio, FitCells.All, 10), (fit.Against, fit.Cells, fit.Count));
        foreach (var (figure, value) in new[] { (fit.Measured.RSquared, 1.0), (fit.Measured.Slope, 1), (fit.Measured.Intercept, 0), (fit.Measured.Spearman, 1) })
        {
            Assert.Equal(value, figure.Value!.Value, 5);
            Assert.Equal(value, figure.Low!.Value, 5);
            Assert.Equal(value, figure.High!.Value, 5);
        }
        Assert.InRange(fit.Control.RSquared.Value!.Value, 0, .35);
    }

    [Fact]
    public void Mean_products_are_those_of_every_pair_of_different_images()
    {
        const int images = 9, perImage = 4, k = 3, dim = 5;
        var random = new Random(4);
        int[] codes = [.. Enumerable.Range(0, images * perImage).Select(_ => random.Next(k))];
        float[] vectors = [.. Enumerable.Range(0, codes.Length * dim).Select(_ => random.NextSingle() - .3f)];
        int[] once = Ones(images), drawn = [0, 3, 1, 0, 2, 1, 1, 0, 1];
        var products = new CodeProducts(vectors, dim, codes, perImage, k);
        double[][] means = [.. products.Means([once, drawn])];
        var same = products.SameImage();
        for (var a = 0; a < k; a++)
        {
            for (var b = 0; b < k; b++)
            {
                Assert.Equal(Brute(once, a, b, (i, j) => i != j), means[0][(a * k) + b], 10);
                Assert.Equal(Brute(drawn, a, b, (i, j) => i != j), means[1][(a * k) + b], 10);
                Assert.Equal(Brute(once, a, b, (i, j) => i == j), same[(a * k) + b], 10);
            }
        }

        double Brute(int[] times, int a, int b, Func<int, int, bool> takes)
        {
            var (sum, count) = (0.0, 0.0);
            for (var p = 0; p < codes.Length; p++)
            {
                for (var q = 0; q < codes.Length; q++)
                {
                    if (p == q || codes[p] != a || codes[q] != b || !takes(p / perImage, q / perImage)) continue;
                    var weight = times[p / perImage] * times[q / perImage];
                    for (var d = 0; d < dim; d++) sum += weight * (double)vectors[(p * dim) + d] * vectors[(q * dim) + d];
                    count += weight;
                }
            }
            return sum / count;
        }
    }

    [Fact]
    public void A_code_of_one_image_has_no_product_with_itself()
    {
        int[] codes = [0, 0, 1, 1, 1, 1];
        var means = new CodeProducts([1, 2, 3, 4, 5, 6], 1, codes, 2, 2).Means([Ones(3)]).Single();
        Assert.Equal([double.NaN, 1.5 * 4.5, 1.5 * 4.5, (3 + 4) * (5 + 6) / 4.0], means);
        var counts = PairCounts.Of(codes, 2, 2);
        var table = CellTable.Of(counts, [], Holders(codes, 2, 2), minPairs: 0);
        Assert.Equal([(0, 1), (1, 1)], table.Cells);
        Assert.Equal((0, 1, 1), (table.TooFew, table.Unmeasured, table.NeverSeen));
        Assert.Equal(3, CellTable.Of(counts, [], Holders(codes, 2, 2), minPairs: 100).TooFew);
    }

    [Fact]
    public void Shuffled_patches_do_not_co_occur()
    {
        // Every image is all of one code: as strong as it gets.
        int[] train = [.. Enumerable.Range(0, 400).SelectMany(i => Enumerable.Repeat(i % 4, 8))];
        var counts = PairCounts.Of(train, 8, 4);
        Assert.Equal((4, 0), (counts.Ratio(2, 2), counts.Ratio(1, 2)));
        foreach (var control in Controls(train, 8, 4))
            for (var a = 0; a < 4; a++)
                for (var b = a; b < 4; b++) Assert.InRange(control.Ratio(a, b), .85, 1.15);
    }

    [Fact]
    public void The_line_and_the_ranks_agree_with_numpy_and_scipy()
    {
        double[] ratio = [.2, 1.5, 1.5, 3, .7, 1.5, 0, 2.2], product = [.1, .3, .25, .9, .25, .2, -.1, .25], weight = [20, 35, 50, 21, 80, 44, 100, 30];
        var fit = CellFit.Of(ratio, product, weight);
        Assert.Equal(.231318527, fit.Slope, 8);
        Assert.Equal(-.048103518, fit.Intercept, 8);
        Assert.Equal(.7419806477157053, fit.RSquared, 10);
        Assert.Equal(.8, fit.Spearman, 10);
        Assert.Equal([2, 5, 5, 8, 3, 5, 1, 7], CellFit.Ranks(ratio));
    }

    [Fact]
    public void What_cannot_be_told_is_not()
    {
        Assert.True(double.IsNaN(CellFit.Of([1, 2], [1, 2], [1, 1]).RSquared));
        Assert.True(double.IsNaN(CellFit.Of([1, 2, 3], [.1, .1, .1], [1, 1, 1]).Spearman));
        Assert.True(double.IsNaN(CellFit.Of([.1, .1, .1], [1, 2, 3], [1, 1, 1]).Slope));
    }

    private static int[] Ones(int n) => [.. Enumerable.Repeat(1, n)];

    private static PairCounts[] Controls(int[] codes, int perImage, int k) =>
        [.. Enumerable.Range(0, 20).Select(c => PairCounts.Shuffled(codes, perImage, k, seed: 1, c))];

    private static IReadOnlySet<int>[] Holders(int[] codes, int perImage, int k) =>
        [.. Enumerable.Range(0, k).Select(c => codes.Index().Where(p => p.Item == c).Select(p => p.Index / perImage).ToHashSet())];

    private static float[][] Cholesky(PairCounts counts)
    {
        var l = Enumerable.Range(0, counts.Codes).Select(_ => new double[counts.Codes]).ToArray();
        for (var i = 0; i < l.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = counts.Ratio(i, j) - Enumerable.Range(0, j).Sum(d => l[i][d] * l[j][d]);
                l[i][j] = i == j ? Math.Sqrt(rest) : rest / l[j][j];
            }
        }
        return [.. l.Select(row => row.Select(v => (float)v).ToArray())];
    }
}
