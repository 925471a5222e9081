using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

/// <summary>What a search may cost, in counts that no busy machine changes.</summary>
[CollectionDefinition(nameof(SearchCostTests), DisableParallelization = true)]
[Collection(nameof(SearchCostTests))]
public class SearchCostTests
{
    private const int Dim = 64;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IndexStorage.F16, 1)]
    [InlineData(IndexStorage.F16, IndexFile.MaxBatch)]
    [InlineData(IndexStorage.Int8, 1)]
    [InlineData(IndexStorage.Int8, IndexFile.MaxBatch)]
    public void Every_row_is_read_once_whatever_the_queries(IndexStorage storage, int queries)
    {
        var random = new Random(1);
        using var fixture = new IndexFixture(3000, Dim, 4, _ => IndexFixture.Gaussian(random, Dim), storage);
        using var index = IndexFile.Open(fixture.Path);
        var batch = Enumerable.Range(0, queries).Select(q => new PatchQuery(fixture.Rows[q], new SearchOptions { K = 10, OnePerImage = q % 2 == 0 })).ToArray();
        index.SearchBatch(batch, Cancel);
        Assert.Equal(index.Count, index.RowsScored);
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void A_query_allocates_for_its_answer_and_a_block_a_core_whatever_the_rows(IndexStorage storage)
    {
        // 40 times the rows: 2.5 MB of halves that must not come into managed memory.
        var (few, many) = (Allocated(500, storage), Allocated(20_000, storage));
        // Scores of a block, candidates and options on each core, and what the scheduler makes of its workers.
        var bound = 64 * 1024 + 24 * 1024 * Environment.ProcessorCount;
        Assert.InRange(few, 1, bound);
        Assert.InRange(many, 1, bound);
    }

    /// <summary>Managed bytes of a search: the least of several, since the runtime allocates for itself now and then.</summary>
    private static long Allocated(int rows, IndexStorage storage)
    {
        var random = new Random(2);
        using var fixture = new IndexFixture(rows, Dim, 1, _ => IndexFixture.Gaussian(random, Dim), storage);
        using var index = IndexFile.Open(fixture.Path);
        var least = long.MaxValue;
        for (var i = 0; i < 12; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            index.Search(fixture.Rows[i], new SearchOptions { K = 10 }, Cancel);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }
}
