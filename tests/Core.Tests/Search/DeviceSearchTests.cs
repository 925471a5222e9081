using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;
using PatchSsl.Core.Tests.Embedding;
using TorchSharp;

namespace PatchSsl.Core.Tests.Search;

/// <summary>A search on libtorch's device, here the CPU, gives the very answers of the index's own scan: same rows, same bits of the scores.</summary>
public class DeviceSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 0, IndexStorage.F16, 100)]
    [InlineData(37, 33, 4, IndexStorage.F16, 12)]
    [InlineData(9, 7, 49, IndexStorage.F16, 1)]
    [InlineData(700, 64, 9, IndexStorage.F16, 1000)]
    [InlineData(5, 128, 256, IndexStorage.F16, 600)]
    [InlineData(2500, 20, 1, IndexStorage.F16, 999)]
    [InlineData(37, 33, 4, IndexStorage.Int8, 12)]
    [InlineData(700, 64, 9, IndexStorage.Int8, 1000)]
    public void Answers_are_the_scans_under_every_combination_of_filters(int images, int dim, int patches, IndexStorage storage, int chunkRows)
    {
        var random = new Random(images * 1000 + dim);
        var rows = Enumerable.Range(0, images * Math.Max(1, patches)).Select(_ => IndexFixture.Gaussian(random, dim)).ToArray();
        using var set = new Pair(images, dim, patches, rows, storage, chunkRows);
        var options = AllOptions(images, rows.Length).ToList();
        set.AssertSame([.. options.Select(o => new PatchQuery(IndexFixture.Gaussian(random, dim), o))]);
        // Rows beyond a bound would be all that the device finds: the CPU scans then.
        Assert.Equal(options.Count(o => o.Order == SearchOrder.Farthest && o.MinScore is not null), set.Device.Unsettled);
    }

    [Theory]
    [InlineData(.5f)]
    [InlineData(.1f)]
    public void Clusters_narrow_cones_and_copies_are_settled_by_the_device(float spread)
    {
        const int dim = 96, images = 600, patches = 9;
        var random = new Random(4);
        var centres = Enumerable.Range(0, 12).Select(_ => IndexFixture.Gaussian(random, dim)).ToArray();
        var rows = Enumerable.Range(0, images * patches).Select(_ => Near(centres[random.Next(12)], spread, random)).ToArray();
        // Every tenth row is a copy of one of forty: up to a dozen equal rows, in images of their own and within one.
        for (var r = 0; r < rows.Length; r += 10) rows[r] = rows[1 + (r / 10 % 40)];
        using var set = new Pair(images, dim, patches, rows, IndexStorage.Int8, chunkRows: 500);
        SearchOptions[] kinds =
        [
            new() { K = 10 }, new() { K = 10, OnePerImage = true }, new() { K = 300 }, new() { K = 10, Images = i => i % 7 == 0 }, new() { K = 1, ExcludeImage = 3 },
            new() { K = 40, OnePerImage = true, Images = i => i % 2 == 0, MinScore = .2f, ExcludeImage = 20 }, new() { K = 5, ExcludeImage = 0, OnePerImage = true },
        ];
        set.AssertSame([.. Enumerable.Range(0, 150).Select(q => new PatchQuery(q % 3 == 0 ? rows[q % 40] : Near(rows[random.Next(rows.Length)], .1f, random), kinds[q % kinds.Length]))]);
        Assert.Equal(0, set.Device.Unsettled);
    }

    [Fact]
    public void Where_more_rows_are_equal_than_are_kept_the_cpu_scans_for_that_query_alone()
    {
        float[][] kinds = [[1, 0, 0], [0, 1, 0], [.6f, .8f, 0]];
        var random = new Random(5);
        using var set = new Pair(1500, 3, 4, [.. Enumerable.Range(0, 6000).Select(r => r < 3000 ? kinds[r % 3] : IndexFixture.Gaussian(random, 3))], IndexStorage.F16, 1000);
        set.AssertSame([new PatchQuery(new float[] { 1, 0, 0 }, new SearchOptions { K = 100 })]);
        Assert.Equal(1, set.Device.Unsettled);
        set.AssertSame(
        [
            new PatchQuery(new float[] { 0, 0, 1 }, new SearchOptions { K = 5 }),
            .. Enumerable.Repeat(new PatchQuery(new float[] { 0, 1, 0 }, new SearchOptions { K = 50, OnePerImage = true }), 5),
        ]);
        Assert.Equal(6, set.Device.Unsettled);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MaxValue, false)]
    public void More_than_there_is_returns_what_there_is(int k, bool onePerImage)
    {
        using var few = new Pair(2, 8, 1, [.. Enumerable.Range(0, 2).Select(r => Enumerable.Range(0, 8).Select(d => d == r ? 1f : .1f).ToArray())], IndexStorage.F16, null);
        few.AssertSame([new PatchQuery(few.Rows[0], new SearchOptions { K = k, OnePerImage = onePerImage })]);
        Assert.Equal(0, few.Device.Unsettled);

        var random = new Random(6);
        using var many = new Pair(9000, 4, 1, [.. Enumerable.Range(0, 9000).Select(_ => IndexFixture.Gaussian(random, 4))], IndexStorage.F16, null);
        Assert.Equal(Math.Min(k, 9000), many.AssertSame([new PatchQuery(many.Rows[0], new SearchOptions { K = k, OnePerImage = onePerImage })])[0].Count);
        Assert.Equal(k > 9000 ? 1 : 0, many.Device.Unsettled); // so many candidates are not asked of a device
    }

    [Fact]
    public void A_least_score_is_held_against_the_exact_score()
    {
        var random = new Random(8);
        using var set = new Pair(200, 96, 1, [.. Enumerable.Range(0, 200).Select(_ => IndexFixture.Gaussian(random, 96))], IndexStorage.F16, 64);
        var query = IndexFixture.Gaussian(random, 96);
        var all = set.AssertSame([new PatchQuery(query, new SearchOptions { K = 200 })])[0];
        for (var n = 1; n <= all.Count; n += 7)
            Assert.Equal(all.Take(n), set.Device.SearchBatch([new PatchQuery(query, new SearchOptions { K = 200, MinScore = all[n - 1].Score })], Cancel)[0]);
    }

    [Fact]
    public void Threads_that_search_at_once_get_their_own_answers()
    {
        var random = new Random(9);
        using var set = new Pair(300, 32, 4, [.. Enumerable.Range(0, 1200).Select(_ => IndexFixture.Gaussian(random, 32))], IndexStorage.F16, 400);
        var queries = Enumerable.Range(0, 40).Select(_ => new PatchQuery(IndexFixture.Gaussian(random, 32), new SearchOptions { K = 10 })).ToArray();
        Parallel.ForEach(queries, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, query => set.AssertSame([query]));
    }

    [Fact]
    public void A_device_that_adds_less_exactly_than_float32_is_found_out()
    {
        var random = new Random(10);
        using var set = new Pair(100, 64, 4, [.. Enumerable.Range(0, 400).Select(_ => IndexFixture.Gaussian(random, 64))], IndexStorage.F16, 100);
        PatchQuery[] queries = [new(set.Rows[0], new SearchOptions { K = 3 }), new(set.Rows[0], new SearchOptions { K = 3, OnePerImage = true })];
        foreach (var query in queries) set.AssertSame([query]);
        // As TF32 does: products good to a thousandth.
        set.Device.Rows.Chunks[0].mul_(1.001f);
        foreach (var query in queries) Assert.Contains("float32", Assert.Throws<TorchUnavailableException>(() => set.Device.SearchBatch([query], Cancel)).Message);
        set.Device.Rows.Chunks[0].fill_(float.NaN);
        foreach (var query in queries) Assert.Throws<TorchUnavailableException>(() => set.Device.SearchBatch([query], Cancel));
    }

    [Fact]
    public void Bad_queries_are_refused_as_by_the_index()
    {
        using var set = new Pair(4, 2, 1, [[0, 1], [1, 1], [2, 1], [3, 1]], IndexStorage.F16, null);
        var ten = new SearchOptions { K = 10 };
        Assert.Throws<ArgumentException>(() => set.Device.SearchBatch([], Cancel));
        Assert.Throws<ArgumentException>(() => set.Device.SearchBatch([new PatchQuery(new float[] { 1, 2, 3 }, ten)], Cancel));
        Assert.Throws<ArgumentException>(() => set.Device.SearchBatch([new PatchQuery(new float[] { 0, 0 }, ten)], Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Device.SearchBatch([new PatchQuery(new float[] { 1, 2 }, new SearchOptions { K = 0 })], Cancel));
        set.Device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Device.SearchBatch([new PatchQuery(new float[] { 1, 2 }, ten)], Cancel));
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(40)]
    public void A_search_waits_for_the_device_once_and_leaves_no_tensor_however_many_the_chunks(int chunkRows)
    {
        var random = new Random(11);
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        using (var set = new Pair(300, 32, 4, [.. Enumerable.Range(0, 1200).Select(_ => IndexFixture.Gaussian(random, 32))], IndexStorage.Int8, chunkRows))
        {
            var chunks = 1200 / chunkRows;
            Assert.Equal(before + chunks, statistics.ThreadTotalLiveCount);
            Assert.Equal(chunks, set.Device.Rows.Chunks.Count);
            // On the device lies what the index says, no more.
            Assert.Equal(DeviceIndex.BytesOf(set.Index), set.Device.Rows.Chunks.Sum(c => c.NumberOfElements * c.ElementSize));
            PatchQuery[][] batches =
            [
                [new(set.Rows[0], new SearchOptions { K = 10 })],
                [.. Enumerable.Range(0, IndexFile.MaxBatch).Select(q => new PatchQuery(set.Rows[q], new SearchOptions { K = q + 1, OnePerImage = q % 2 == 0, Images = q % 3 == 0 ? i => i > q : null }))],
            ];
            foreach (var batch in batches)
            {
                var waits = HostSync.Count;
                set.Device.SearchBatch(batch, Cancel);
                Assert.Equal(1, HostSync.Count - waits);
                Assert.Equal(before + chunks, statistics.ThreadTotalLiveCount);
            }
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            Assert.Throws<OperationCanceledException>(() => set.Device.SearchBatch(batches[1], stop.Token));
            Assert.Equal(before + chunks, statistics.ThreadTotalLiveCount);
        }
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
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
            (SearchOrder.Nearest, null, null), (SearchOrder.Nearest, .1f, null), (SearchOrder.Nearest, 1.5f, null), (SearchOrder.Farthest, null, .05f), (SearchOrder.Farthest, -.05f, null),
        }
        select new SearchOptions { K = k, ExcludeImage = exclude, OnePerImage = one, Images = filter, Order = scores.Order, MinScore = scores.Min, MaxScore = scores.Max };

    /// <summary>An index on the device, of either storage, and the f16 index of the same vectors, whose single searches are the measure.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly IndexFixture _halves, _own;
        private readonly IndexFile _measure;

        public Pair(int images, int dim, int patches, float[][] rows, IndexStorage storage, int? chunkRows)
        {
            Rows = rows;
            _halves = new IndexFixture(images, dim, patches, r => rows[r]);
            _own = new IndexFixture(images, dim, patches, r => rows[r], storage);
            _measure = IndexFile.Open(_halves.Path);
            Index = IndexFile.Open(_own.Path);
            Device = new DeviceIndex(Index, TestModel.Runtime(), chunkRows);
        }

        public float[][] Rows { get; }

        public IndexFile Index { get; }

        public DeviceIndex Device { get; }

        public IReadOnlyList<IReadOnlyList<Hit>> AssertSame(PatchQuery[] queries)
        {
            var found = new List<IReadOnlyList<Hit>>();
            foreach (var batch in queries.Chunk(IndexFile.MaxBatch)) found.AddRange(Device.SearchBatch(batch, Cancel));
            for (var q = 0; q < queries.Length; q++) Assert.Equal(_measure.Search(queries[q].Vector.Span, queries[q].Options, Cancel), found[q]);
            return found;
        }

        public void Dispose()
        {
            Device.Dispose();
            Index.Dispose();
            _measure.Dispose();
            _own.Dispose();
            _halves.Dispose();
        }
    }
}
