using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

/// <summary>Every answer against a plain search in float64 over the stored vectors.</summary>
public class PatchIndexSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 0, IndexStorage.F16)]
    [InlineData(37, 33, 4, IndexStorage.F16)]
    [InlineData(9, 7, 49, IndexStorage.F16)]
    [InlineData(700, 64, 9, IndexStorage.F16)]
    [InlineData(5, 128, 256, IndexStorage.F16)]
    [InlineData(2500, 20, 1, IndexStorage.F16)]
    [InlineData(1, 1, 0, IndexStorage.Int8)]
    [InlineData(37, 33, 4, IndexStorage.Int8)]
    [InlineData(9, 7, 49, IndexStorage.Int8)]
    [InlineData(700, 64, 9, IndexStorage.Int8)]
    [InlineData(5, 128, 256, IndexStorage.Int8)]
    [InlineData(2500, 20, 1, IndexStorage.Int8)]
    public void Agrees_with_brute_force_under_every_combination_of_filters(int images, int dim, int patches, IndexStorage storage)
    {
        var random = new Random(images * 1000 + dim);
        using var fixture = new IndexFixture(images, dim, patches, _ => IndexFixture.Gaussian(random, dim), storage);
        using var index = IndexFile.Open(fixture.Path);
        var stored = Enumerable.Range(0, fixture.Rows.Length).Select(r => index.Vector(r)).ToArray();
        var queries = AllOptions(images, fixture.Rows.Length).Select(o => new PatchQuery(IndexFixture.Gaussian(random, dim), o)).ToArray();

        foreach (var batch in queries.Chunk(IndexFile.MaxBatch))
        {
            var together = index.SearchBatch(batch, Cancel);
            for (var q = 0; q < batch.Length; q++)
            {
                var expected = BruteForce(stored, index.PatchesPerImage, batch[q]);
                AssertSame(expected, together[q]);
                AssertSame(expected, index.Search(batch[q].Vector.Span, batch[q].Options, Cancel));
            }
        }
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void Ties_fall_to_the_lower_row_whoever_scanned_it(IndexStorage storage)
    {
        float[][] kinds = [[1, 0, 0], [0, 1, 0], [.6f, .8f, 0]];
        using var fixture = new IndexFixture(60_000, 3, 4, r => kinds[r % 3], storage);
        using var index = IndexFile.Open(fixture.Path);

        var rows = index.Search([1, 0, 0], new SearchOptions { K = 100 }, Cancel).Select(h => h.Row);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 3L * i), rows);

        var many = index.SearchBatch([.. Enumerable.Repeat(new PatchQuery(new float[] { 0, 1, 0 }, new SearchOptions { K = 50, OnePerImage = true }), 5)], Cancel);
        // An image of 4 rows has one or two rows of each kind; the first of them stands for it.
        var expected = Enumerable.Range(0, 50).Select(i => 4L * i + Enumerable.Range(0, 4).First(p => (4 * i + p) % 3 == 1));
        Assert.All(many, hits => Assert.Equal(expected, hits.Select(h => h.Row)));
    }

    [Theory]
    [InlineData(3, false, IndexStorage.F16)]
    [InlineData(3, true, IndexStorage.F16)]
    [InlineData(5000, false, IndexStorage.F16)]
    [InlineData(3, true, IndexStorage.Int8)]
    [InlineData(int.MaxValue, false, IndexStorage.Int8)]
    public void More_than_there_is_returns_what_there_is(int k, bool onePerImage, IndexStorage storage)
    {
        using var fixture = new IndexFixture(2, 8, 1, r => [.. Enumerable.Range(0, 8).Select(d => d == r ? 1f : .1f)], storage);
        using var index = IndexFile.Open(fixture.Path);
        Assert.Equal(2, index.Search(fixture.Rows[0], new SearchOptions { K = k, OnePerImage = onePerImage }, Cancel).Count);
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void Recall_at_10_against_float32_is_at_least_999_of_1000_on_clustered_vectors(IndexStorage storage)
    {
        const int dim = 64;
        var random = new Random(3);
        var centres = Enumerable.Range(0, 32).Select(_ => IndexFixture.Gaussian(random, dim)).ToArray();
        using var fixture = new IndexFixture(1500, dim, 4, _ => Near(centres[random.Next(32)], .7f, random), storage);
        using var index = IndexFile.Open(fixture.Path);

        var found = 0;
        for (var q = 0; q < 200; q++)
        {
            var query = Near(fixture.Rows[random.Next(6000)], .02f, random);
            var truth = Enumerable.Range(0, 6000).OrderByDescending(r => IndexFixture.Cosine(fixture.Rows[r], query)).Take(10).ToHashSet();
            found += index.Search(query, new SearchOptions { K = 10 }, Cancel).Count(h => truth.Contains((int)h.Row));
        }
        Assert.InRange(found / 2000.0, .999, 1);
    }

    [Fact]
    public void Bad_queries_are_refused()
    {
        using var fixture = new IndexFixture(4, 2, 1, r => [r, 1]);
        using var index = IndexFile.Open(fixture.Path);
        var ten = new SearchOptions { K = 10 };
        Assert.Throws<ArgumentException>(() => index.Search([1, 2, 3], ten, Cancel));
        Assert.Throws<ArgumentException>(() => index.Search([0, 0], ten, Cancel));
        Assert.Throws<ArgumentException>(() => index.Search([1, float.NaN], ten, Cancel));
        Assert.Throws<ArgumentException>(() => index.Search([1, float.PositiveInfinity], ten, Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], new SearchOptions { K = 0 }, Cancel));
        Assert.Throws<ArgumentException>(() => index.SearchBatch([], Cancel));
        Assert.Throws<ArgumentException>(() => index.SearchBatch([.. Enumerable.Repeat(new PatchQuery(new float[] { 1, 2 }, ten), 65)], Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Vector(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Vector(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Scores([1, 2], 3, 2));
    }

    [Fact]
    public void Scores_of_an_image_are_its_rows_cosines()
    {
        var random = new Random(5);
        using var fixture = new IndexFixture(3, 40, 9, _ => IndexFixture.Gaussian(random, 40));
        using var index = IndexFile.Open(fixture.Path);
        var query = IndexFixture.Gaussian(random, 40);
        var scores = index.Scores(query, 9, 9);
        for (var p = 0; p < 9; p++) Assert.Equal(IndexFixture.Cosine(index.Vector(9 + p), query), scores[p], 1e-3);
    }

    private static float[] Near(float[] centre, float spread, Random random) =>
        [.. IndexFixture.Gaussian(random, centre.Length).Zip(centre, (noise, c) => c + spread * noise)];

    private static IEnumerable<SearchOptions> AllOptions(int images, int rows) =>
        from k in new[] { 1, 10, rows + 5 }
        from exclude in new int?[] { null, images / 2, images + 1 }
        from one in new[] { false, true }
        from filter in new Func<int, bool>?[] { null, i => i % 3 == 0, _ => false }
        from scores in new (SearchOrder Order, float? Min, float? Max)[]
        {
            (SearchOrder.Nearest, null, null), (SearchOrder.Nearest, .1f, null), (SearchOrder.Nearest, 1.5f, .05f), (SearchOrder.Nearest, -1, .05f),
            (SearchOrder.Farthest, null, 1), (SearchOrder.Farthest, -.05f, .1f),
        }
        select new SearchOptions { K = k, ExcludeImage = exclude, OnePerImage = one, Images = filter, Order = scores.Order, MinScore = scores.Min, MaxScore = scores.Max };

    private static List<(long Row, double Score)> BruteForce(float[][] stored, int patchesPerImage, PatchQuery query)
    {
        var options = query.Options;
        var norm = Math.Sqrt(query.Vector.ToArray().Sum(x => (double)x * x));
        var ranked = stored.Select((v, r) => (Row: (long)r, Score: v.Zip(query.Vector.ToArray(), (a, b) => (double)a * b).Sum() / norm))
            .Where(h => h.Row / patchesPerImage != options.ExcludeImage && options.Images?.Invoke((int)h.Row / patchesPerImage) != false)
            .Where(h => h.Score >= (options.MinScore is > -1 and var min ? min : -2) && h.Score <= (options.MaxScore is < 1 and var max ? max : 2))
            .OrderBy(h => options.Order == SearchOrder.Farthest ? h.Score : -h.Score).ThenBy(h => h.Row);
        return [.. (options.OnePerImage ? ranked.DistinctBy(h => h.Row / patchesPerImage) : ranked).Take(options.K)];
    }

    /// <summary>The same rows in the same order, but for neighbours whose scores float32 cannot tell apart.</summary>
    private static void AssertSame(List<(long Row, double Score)> expected, IReadOnlyList<Hit> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(Math.Clamp(expected[i].Score, -1, 1), actual[i].Score, 2e-6);
            if (expected[i].Row == actual[i].Row) continue;
            var near = expected.Where(e => Math.Abs(e.Score - expected[i].Score) < 2e-6).Select(e => e.Row);
            Assert.Contains(actual[i].Row, near);
        }
    }
}
