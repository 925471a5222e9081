using System.Numerics;

namespace PatchSsl.Core.Search;

/// <summary>One pass of a few queries over all rows of an index, on every core.</summary>
/// <remarks>
/// Cores take blocks of whole images in turn; each keeps its own best k of every query, and these are merged at the end. Since hits have a
/// total order, the answer does not depend on who took which block. A block that ends where an image ends lets "one per image" be decided
/// within the block.
/// </remarks>
internal sealed unsafe class IndexScan : IDisposable
{
    /// <summary>Up to here, a dot product a query beats a tile of 32 queries.</summary>
    private const int FewQueries = 3;

    /// <summary>Rows × dimensions below which one core is as fast as many.</summary>
    private const long SmallIndex = 1 << 20;

    private readonly ushort* _vectors;
    private readonly PatchIndexHeader _header;
    private readonly SearchOptions[] _options;
    private readonly int _stride;
    private readonly int _blockRows;
    private readonly QueryPanels? _panels;
    private readonly float[] _queries = [];

    /// <param name="queries">(options.Length, Dim) unit vectors.</param>
    public IndexScan(ushort* vectors, PatchIndexHeader header, float[] queries, SearchOptions[] options)
    {
        _vectors = vectors;
        (_header, _options) = (header, options);
        _stride = header.RowStride / sizeof(ushort);
        _blockRows = BlockRows(header.PatchesPerImage);
        if (options.Length > FewQueries)
        {
            _panels = new QueryPanels(queries, header.Dim, _stride, HalfRows.Scale);
            return;
        }
        _queries = new float[options.Length * _stride];
        for (var i = 0; i < queries.Length; i++) _queries[i / header.Dim * _stride + i % header.Dim] = queries[i] * HalfRows.Scale;
    }

    public Hit[][] Run(CancellationToken cancel)
    {
        var blocks = (_header.Count + _blockRows - 1) / _blockRows;
        var cores = _header.Count * _stride < SmallIndex ? 1 : (int)Math.Min(blocks, Environment.ProcessorCount);
        var next = -1L;
        var best = Array.ConvertAll(_options, NewTopK);
        Parallel.For(0, cores, new ParallelOptions { CancellationToken = cancel }, _ =>
        {
            var gate = new ScoreGate(Array.ConvertAll(_options, NewTopK), _options, _header.PatchesPerImage, _panels?.Stride ?? _options.Length);
            var scores = new float[_blockRows * gate.Stride];
            var tile = new float[_panels is null ? 0 : QueryPanels.TileRows * _stride];
            for (long block; (block = Interlocked.Increment(ref next)) < blocks;)
            {
                cancel.ThrowIfCancellationRequested();
                var first = block * _blockRows;
                var count = (int)Math.Min(_blockRows, _header.Count - first);
                if (_panels is null) ScoreFew(first, count, scores);
                else ScoreMany(first, count, scores, tile);
                gate.Pass(first, count, scores);
            }
            lock (best)
            {
                for (var q = 0; q < best.Length; q++) best[q].OfferAll(gate.Best[q]);
            }
        });
        // A stored vector may be longer than 1 by its rounding.
        return Array.ConvertAll(best, b => Array.ConvertAll(b.ToSorted(), h => h with { Score = Math.Clamp(h.Score, -1, 1) }));
    }

    public void Dispose() => _panels?.Dispose();

    private TopK NewTopK(SearchOptions options) =>
        new((int)Math.Min(options.K, _header.Count), options.MinScore ?? float.NegativeInfinity);

    private void ScoreFew(long first, int count, float[] scores)
    {
        var row = _vectors + first * _stride;
        var n = _options.Length;
        fixed (float* queries = _queries)
        {
            var r = 0;
            for (; r + 4 <= count; r += 4, row += 4 * _stride)
            {
                for (var q = 0; q < n; q++)
                {
                    var four = HalfRows.Dot4(row, _stride, queries + q * _stride);
                    for (var i = 0; i < 4; i++) scores[(r + i) * n + q] = four[i];
                }
            }
            for (; r < count; r++, row += _stride)
            {
                for (var q = 0; q < n; q++) scores[r * n + q] = HalfRows.Dot(row, _stride, queries + q * _stride);
            }
        }
    }

    private void ScoreMany(long first, int count, float[] scores, float[] tile)
    {
        for (var r = 0; r < count; r += QueryPanels.TileRows)
        {
            var rows = Math.Min(QueryPanels.TileRows, count - r);
            fixed (float* floats = tile) HalfRows.Widen(_vectors + (first + r) * _stride, rows * _stride, floats);
            _panels!.Score(tile, rows, scores.AsSpan(r * _panels.Stride));
        }
    }

    /// <summary>About 256 rows: whole images, and whole tiles.</summary>
    private static int BlockRows(int patchesPerImage)
    {
        var images = QueryPanels.TileRows >> Math.Min(3, BitOperations.TrailingZeroCount(patchesPerImage));
        return images * patchesPerImage * Math.Max(1, 256 / (images * patchesPerImage));
    }
}
