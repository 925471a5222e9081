using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Indexing;

/// <summary>What an index loses by its storage: the share of the true ten nearest that its search finds.</summary>
/// <remarks>
/// Sampled rows are the queries. Their true neighbours are found in float32 among all rows, as these pass by on their way into the
/// file; nothing is kept of them but the best few of each query. A row found counts when its true score reaches the true tenth's, so that
/// equal patches may stand in for each other.
/// </remarks>
internal sealed class IndexRecall : IDisposable
{
    private const int Samples = 64, Wanted = 10;

    /// <summary>Rows remembered beyond the ten, to know the true score of what the index finds instead.</summary>
    private const int Spare = 30;

    /// <summary>Scores closer than this are equal: what batching changes in a vector.</summary>
    private const float Equal = 1e-5f;

    private readonly float[] _queries;
    private readonly int _dim;
    private readonly FloatSearch _search;

    /// <param name="queries">Unit vectors of the sampled rows.</param>
    public IndexRecall(float[] queries, int dim)
    {
        (_queries, _dim) = (queries, dim);
        _search = new FloatSearch(queries, dim, Wanted + Spare);
    }

    /// <summary>Rows to sample, ascending: the same for the same number of rows.</summary>
    public static long[] Sample(long rows)
    {
        var random = new CounterRandom(0, "recall", 0);
        var sample = new SortedSet<long>();
        while (sample.Count < Math.Min(Samples, rows)) sample.Add(Math.Min(rows - 1, (long)(random.NextDouble() * rows)));
        return [.. sample];
    }

    /// <summary>The next rows, as they are written.</summary>
    /// <param name="rows">(n, dim) unit vectors.</param>
    public void Add(ReadOnlyMemory<float> rows, CancellationToken cancel) => _search.Add(rows, cancel);

    /// <summary>Searches the finished index.</summary>
    public double Measure(IndexFile index, CancellationToken cancel)
    {
        var ten = new SearchOptions { K = Wanted };
        var (found, wanted) = (0, 0);
        for (var q = 0; q < _search.Queries; q++)
        {
            var query = _queries.AsSpan(q * _dim, _dim);
            // A vector of zeros has no neighbours.
            if (!query.ContainsAnyExcept(0)) continue;
            var truth = _search.Nearest(q);
            var tenth = truth[Math.Min(Wanted, truth.Length) - 1].Score - Equal;
            var right = truth.Where(h => h.Score >= tenth).Select(h => h.Row).ToHashSet();
            var answer = index.Search(query, ten, cancel);
            wanted += answer.Count;
            found += answer.Count(h => right.Contains(h.Row));
        }
        return wanted == 0 ? 1 : (double)found / wanted;
    }

    public void Dispose() => _search.Dispose();
}
