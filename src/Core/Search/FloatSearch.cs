namespace PatchSsl.Core.Search;

/// <summary>Exact search of float32 rows that come block by block and are not kept: memory grows with the queries and k alone.</summary>
internal sealed class FloatSearch : IDisposable
{
    /// <summary>Queries one core scores against a block at a time.</summary>
    private const int GroupSize = 64;

    /// <summary>Rows scored before their scores are looked through: both stay in the cache.</summary>
    private const int BlockRows = 256;

    private readonly int _dim;
    private readonly Group[] _groups;

    /// <param name="queries">(M, dim) unit vectors, row-major.</param>
    /// <param name="k">At least 1.</param>
    public FloatSearch(ReadOnlySpan<float> queries, int dim, int k)
    {
        _dim = dim;
        Queries = queries.Length / dim;
        _groups = new Group[(Queries + GroupSize - 1) / GroupSize];
        for (var g = 0; g < _groups.Length; g++)
        {
            var first = g * GroupSize;
            var count = Math.Min(GroupSize, Queries - first);
            var best = new TopK[count];
            for (var q = 0; q < count; q++) best[q] = new TopK(k);
            _groups[g] = new Group(new QueryPanels(queries.Slice(first * dim, count * dim), dim, dim), best);
        }
    }

    public int Queries { get; }

    /// <summary>Rows seen so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Searches the next rows on every core.</summary>
    /// <param name="rows">(n, dim) unit vectors, row-major.</param>
    public void Add(ReadOnlyMemory<float> rows, CancellationToken cancel = default)
    {
        var total = rows.Length / _dim;
        Parallel.ForEach(_groups, new ParallelOptions { CancellationToken = cancel }, group =>
        {
            for (var first = 0; first < total; first += BlockRows)
            {
                cancel.ThrowIfCancellationRequested();
                var count = Math.Min(BlockRows, total - first);
                group.Take(rows.Span.Slice(first * _dim, count * _dim), Rows + first, count);
            }
        });
        Rows += total;
    }

    /// <summary>The best k rows of a query, best first.</summary>
    public Hit[] Nearest(int query) => _groups[query / GroupSize].Best[query % GroupSize].ToSorted();

    public void Dispose()
    {
        foreach (var group in _groups) group.Panels.Dispose();
    }

    private sealed record Group(QueryPanels Panels, TopK[] Best)
    {
        private readonly float[] _scores = new float[BlockRows * Panels.Stride];

        public void Take(ReadOnlySpan<float> rows, long first, int count)
        {
            Panels.Score(rows, count, _scores);
            for (var r = 0; r < count; r++)
            {
                var scores = _scores.AsSpan(r * Panels.Stride, Best.Length);
                for (var q = 0; q < scores.Length; q++)
                {
                    if (scores[q] >= Best[q].Threshold) Best[q].Offer(new Hit(first + r, scores[q]));
                }
            }
        }
    }
}
