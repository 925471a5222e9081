using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

/// <summary>An int8 index answers as the f16 one of the same vectors.</summary>
public class Int8SearchTests
{
    private const int Dim = 96, Images = 1200, Patches = 9;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(IndexFile.MaxBatch)]
    public void Its_hits_are_the_f16_ones_under_every_filter(int together)
    {
        var random = new Random(6);
        var centres = Enumerable.Range(0, 24).Select(_ => IndexFixture.Gaussian(random, Dim)).ToArray();
        var rows = Enumerable.Range(0, Images * Patches).Select(_ => Near(centres[random.Next(24)], .5f, random)).ToArray();
        using var halves = new IndexFixture(Images, Dim, Patches, r => rows[r]);
        using var codes = new IndexFixture(Images, Dim, Patches, r => rows[r], IndexStorage.Int8);
        using var f16 = IndexFile.Open(halves.Path);
        using var int8 = IndexFile.Open(codes.Path);

        SearchOptions[] kinds =
        [
            new() { K = 10 }, new() { K = 10, OnePerImage = true }, new() { K = 300 }, new() { K = 10, Images = i => i % 7 == 0 },
            new() { K = 1, ExcludeImage = 3 }, new() { K = 40, OnePerImage = true, Images = i => i % 2 == 0, MinScore = .2f },
            new() { K = 10, Order = SearchOrder.Farthest }, new() { K = 10, Order = SearchOrder.Farthest, OnePerImage = true, MinScore = 0, Images = i => i % 2 == 0 },
        ];
        var queries = Enumerable.Range(0, 192).Select(q => new PatchQuery(Near(rows[random.Next(rows.Length)], .1f, random), kinds[q % kinds.Length])).ToArray();
        var (same, all) = (0, 0);
        foreach (var batch in queries.Chunk(together))
        {
            var (expected, actual) = (f16.SearchBatch(batch, Cancel), int8.SearchBatch(batch, Cancel));
            for (var q = 0; q < batch.Length; q++)
            {
                Assert.Equal(expected[q].Count, actual[q].Count);
                var scores = expected[q].ToDictionary(h => h.Row, h => h.Score);
                all += expected[q].Count;
                foreach (var hit in actual[q])
                {
                    if (!scores.TryGetValue(hit.Row, out var score)) continue;
                    same++;
                    Assert.Equal(score, hit.Score, 1e-6);
                }
            }
        }
        Assert.InRange((double)same / all, .999, 1);
    }

    [Fact]
    public void A_direction_that_all_vectors_share_costs_nothing()
    {
        var random = new Random(7);
        // Cosines of .99 and more, as an untrained network makes them.
        var common = IndexFixture.Gaussian(random, Dim);
        var rows = Enumerable.Range(0, 4000).Select(_ => Near(common, .1f, random)).ToArray();
        using var halves = new IndexFixture(4000, Dim, 1, r => rows[r]);
        using var codes = new IndexFixture(4000, Dim, 1, r => rows[r], IndexStorage.Int8);
        using var f16 = IndexFile.Open(halves.Path);
        using var int8 = IndexFile.Open(codes.Path);
        for (var q = 0; q < 50; q++)
        {
            var options = new SearchOptions { K = 10, MinScore = .98f };
            Assert.Equal(f16.Search(rows[q], options, Cancel), int8.Search(rows[q], options, Cancel));
        }
    }

    [Fact]
    public void A_least_score_is_held_against_the_exact_score()
    {
        var random = new Random(8);
        using var fixture = new IndexFixture(200, Dim, 1, r => IndexFixture.Gaussian(random, Dim), IndexStorage.Int8);
        using var index = IndexFile.Open(fixture.Path);
        var query = IndexFixture.Gaussian(random, Dim);
        var all = index.Search(query, new SearchOptions { K = 200 }, Cancel);
        for (var n = 1; n <= all.Count; n++)
        {
            // The score of a row lets that row in, and none below it.
            Assert.Equal(all.Take(n), index.Search(query, new SearchOptions { K = 200, MinScore = all[n - 1].Score }, Cancel));
        }
    }

    [Theory]
    [InlineData(SearchOrder.Nearest)]
    [InlineData(SearchOrder.Farthest)]
    public void A_bound_that_cuts_a_crowd_still_fills_the_answer(SearchOrder order)
    {
        var random = new Random(11);
        // Thousands of cosines within a code's error of each other and of the bound: those beyond it may not crowd out those within.
        var common = IndexFixture.Gaussian(random, Dim);
        var rows = Enumerable.Range(0, 4000).Select(_ => Near(common, .1f, random)).ToArray();
        using var fixture = new IndexFixture(1000, Dim, 4, r => rows[r], IndexStorage.Int8);
        using var index = IndexFile.Open(fixture.Path);
        var scores = index.Scores(rows[0], 0, rows.Length);
        var middle = scores.Order().ElementAt(rows.Length / 2);
        foreach (var onePerImage in new[] { false, true })
        {
            var options = new SearchOptions { K = 50, OnePerImage = onePerImage, Order = order };
            options = order == SearchOrder.Nearest ? options with { MaxScore = middle } : options with { MinScore = middle };
            var passing = Enumerable.Range(0, rows.Length).Where(r => order == SearchOrder.Nearest ? scores[r] <= middle : scores[r] >= middle)
                .OrderBy(r => order == SearchOrder.Nearest ? -scores[r] : scores[r]).ThenBy(r => r);
            var expected = (onePerImage ? passing.DistinctBy(r => r / 4) : passing).Take(50).Select(r => scores[r]).ToList();
            var found = index.Search(rows[0], options, Cancel);
            Assert.Equal(expected.Count, found.Count);
            for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], found[i].Score, 1e-6);
        }
    }

    [Fact]
    public void The_best_row_of_an_image_is_found_where_codes_cannot_tell_them_apart()
    {
        var random = new Random(9);
        var centres = Enumerable.Range(0, 50).Select(_ => IndexFixture.Gaussian(random, Dim)).ToArray();
        // Sixteen rows of an image differ by far less than a code's step.
        using var fixture = new IndexFixture(50, Dim, 16, r => Near(centres[r / 16], 1e-3f, random), IndexStorage.Int8);
        using var index = IndexFile.Open(fixture.Path);
        foreach (var centre in centres)
        {
            var all = index.Search(centre, new SearchOptions { K = 800 }, Cancel).DistinctBy(h => h.Row / 16);
            Assert.Equal(all, index.Search(centre, new SearchOptions { K = 50, OnePerImage = true }, Cancel));
        }
    }

    [Fact]
    public void Vectors_and_scores_are_those_of_the_half_precision_rows()
    {
        var random = new Random(10);
        float[][] rows = [.. Enumerable.Range(0, 18).Select(_ => IndexFixture.Gaussian(random, 40))];
        using var halves = new IndexFixture(2, 40, 9, r => rows[r]);
        using var codes = new IndexFixture(2, 40, 9, r => rows[r], IndexStorage.Int8);
        using var f16 = IndexFile.Open(halves.Path);
        using var int8 = IndexFile.Open(codes.Path);
        for (var r = 0; r < 18; r++) Assert.Equal(f16.Vector(r), int8.Vector(r));
        Assert.Equal(f16.Scores(rows[4], 9, 9), int8.Scores(rows[4], 9, 9));
    }

    private static float[] Near(float[] centre, float spread, Random random) =>
        [.. IndexFixture.Gaussian(random, centre.Length).Zip(centre, (noise, c) => c + spread * noise)];
}
