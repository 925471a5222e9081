using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Search;

/// <summary>Settles what a device found by the CPU's own scores, and knows where that cannot be the answer.</summary>
internal sealed class Settling
{
    /// <summary>Candidates whose rows are on their way from memory: they lie anywhere in the file.</summary>
    private const int Ahead = 4;

    private readonly ExactScores _exact;
    private readonly IndexHeader _header;
    private readonly SearchOptions[] _options;

    /// <param name="map">Kept as long as this is used.</param>
    /// <param name="queries">(options.Length, Dim) unit vectors.</param>
    public unsafe Settling(PinnedBytes map, IndexHeader header, float[] queries, SearchOptions[] options)
    {
        _exact = new ExactScores((ushort*)map.At(header.RowsAt), header, queries);
        (_header, _options) = (header, options);
    }

    /// <summary>What a device's score may differ from the CPU's by.</summary>
    /// <remarks>
    /// A sum of n products in float32, added in any order, is off by at most n·u·Σ|q·r| to first order, u = 2^-24, and Σ|q·r| ≤ 1 for unit vectors (Higham,
    /// Accuracy and Stability of Numerical Algorithms, section 3.1). The device may add all n one after the other; the CPU adds 16 lanes of n / 16 and then
    /// these. Together that is less than 1.07·n + 16; the margin is for rows that are longer than 1 by the rounding of their halves and for products rounded by themselves.
    /// </remarks>
    public static float Error(IndexHeader header) => (2 * header.RowStride / sizeof(ushort) + 64) * MathF.ScaleB(1, -24);

    /// <summary>The best k of each query, best first; null where other rows than the candidates may be among them.</summary>
    /// <exception cref="TorchUnavailableException">A candidate's two scores differ by more than the sums' rounding.</exception>
    public Hit[]?[] Run(DeviceCandidates[] candidates, CancellationToken cancel)
    {
        var found = new Hit[]?[candidates.Length];
        var differences = new float[candidates.Length];
        Parallel.For(0, candidates.Length, new ParallelOptions { CancellationToken = cancel }, q => found[q] = Settle(q, candidates[q], ref differences[q]));
        var error = Error(_header);
        foreach (var difference in differences)
        {
            if (!(difference <= error)) throw new TorchUnavailableException($"The device's scores differ by {difference:g2} from those of float32, where rounding explains {error:g2}.");
        }
        return found;
    }

    private Hit[]? Settle(int query, DeviceCandidates candidates, ref float difference)
    {
        var (options, hits, error) = (_options[query], candidates.Hits, Error(_header));
        var best = new TopK((int)Math.Min(options.K, _header.Count), options.MinScore ?? float.NegativeInfinity);
        for (var i = 0; i < hits.Length; i++)
        {
            if (i + Ahead < hits.Length) _exact.Expect(hits[i + Ahead].Row);
            var exact = options.OnePerImage ? BestOfImage(query, hits[i].Row) : _exact.Of(query, hits[i].Row);
            var off = Math.Abs(exact.Score - hits[i].Score);
            if (off > difference || float.IsNaN(off)) difference = off;
            best.Offer(exact);
        }
        // A score that still matters is at least the threshold: the k-th best's, or the least score asked for.
        return float.IsNegativeInfinity(candidates.Rest) || candidates.Rest + error < best.Threshold ? best.ToSorted() : null;
    }

    /// <summary>A device says what the best row of an image scores, but not which it is.</summary>
    private Hit BestOfImage(int query, long first)
    {
        var best = _exact.Of(query, first);
        for (var row = first + 1; row < first + _header.PatchesPerImage; row++)
        {
            var other = _exact.Of(query, row);
            if (other.IsBetterThan(best)) best = other;
        }
        return best;
    }
}
