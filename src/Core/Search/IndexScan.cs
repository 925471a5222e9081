using System.Numerics;

namespace PatchSsl.Core.Search;

/// <summary>One pass of a few queries over all rows of an index, on every core.</summary>
/// <remarks>
/// Cores take blocks of whole images in turn; each keeps its own best k of every query, and these are merged at the end. Since hits have a
/// total order, the answer does not depend on who took which block. A block that ends where an image ends lets "one per image" be decided
/// within the block.
/// </remarks>
internal sealed class IndexScan(IndexHeader header, RowScorer scorer, SearchOptions[] options)
{
    /// <summary>Bytes below which one core is as fast as many.</summary>
    private const long SmallIndex = 2 << 20;

    private readonly int _blockRows = BlockRows(header.PatchesPerImage);
    private long _rowsScored;

    /// <summary>Rows scored so far: each of the index once in a run, whatever the queries.</summary>
    public long RowsScored => _rowsScored;

    /// <summary>The best k of each query.</summary>
    public TopK[] Run(CancellationToken cancel)
    {
        var blocks = (header.Count + _blockRows - 1) / _blockRows;
        var cores = header.Count * scorer.RowBytes < SmallIndex ? 1 : (int)Math.Min(blocks, Environment.ProcessorCount);
        var next = -1L;
        var best = Array.ConvertAll(options, NewTopK);
        Parallel.For(0, cores, new ParallelOptions { CancellationToken = cancel }, _ =>
        {
            var gate = new ScoreGate(Array.ConvertAll(options, NewTopK), options, header.PatchesPerImage, scorer.Stride);
            var scores = new float[_blockRows * gate.Stride];
            var score = scorer.Worker(_blockRows);
            var rows = 0L;
            for (long block; (block = Interlocked.Increment(ref next)) < blocks;)
            {
                cancel.ThrowIfCancellationRequested();
                var first = block * _blockRows;
                var count = (int)Math.Min(_blockRows, header.Count - first);
                score(first, count, scores);
                gate.Pass(first, count, scores);
                rows += count;
            }
            lock (best)
            {
                _rowsScored += rows;
                for (var q = 0; q < best.Length; q++) best[q].OfferAll(gate.Best[q]);
            }
        });
        return best;
    }

    private TopK NewTopK(SearchOptions options) =>
        new((int)Math.Min(options.K, header.Count), options.MinScore ?? float.NegativeInfinity);

    /// <summary>About 256 rows: whole images, and whole tiles.</summary>
    private static int BlockRows(int patchesPerImage)
    {
        var images = QueryPanels.TileRows >> Math.Min(3, BitOperations.TrailingZeroCount(patchesPerImage));
        return images * patchesPerImage * Math.Max(1, 256 / (images * patchesPerImage));
    }
}
