namespace PatchSsl.Core.Search;

/// <summary>Settles the candidates of a scan over codes by the half-precision rows behind them.</summary>
/// <remarks>
/// Codes order rows nearly right. The scan keeps some times as many as are wanted, so that the right ones are among them, and lowers a
/// query's least score by the error that a score can have. Of an image it keeps one row; whichever of that image's rows may be better is looked at here.
/// </remarks>
internal sealed class Rescoring(ExactScores exact, IndexHeader header, CodeScorer codes, SearchOptions[] options)
{
    /// <summary>Candidates whose rows are on their way from memory: they lie anywhere in the file.</summary>
    private const int Ahead = 4;

    /// <summary>What the scan is to keep: so many that all of the best k were among them up to cosines of .9975 between any two rows; half as many lost 1 of 700.</summary>
    public SearchOptions[] Candidates => [.. options.Select((o, q) => o with
    {
        K = (int)Math.Min(int.MaxValue, 4L * o.K + 64),
        MinScore = o.MinScore - codes.Bound(q),
        // A row above the highest score wanted would take the place of one below it, so what is near that score is settled at once.
        Settled = o.MaxScore is { } most ? hit => Math.Abs(hit.Score - most) > codes.Bound(q) ? hit : exact.Of(q, hit.Row) : null,
    })];

    /// <summary>The best k of each query's candidates, best first, with the scores of their half-precision rows.</summary>
    /// <param name="candidates">One list a query, with the scores of their codes.</param>
    public Hit[][] Run(TopK[] candidates, CancellationToken cancel)
    {
        if (candidates.Length == 1) return [Settle(0, candidates[0].Kept)];
        var best = new Hit[candidates.Length][];
        Parallel.For(0, candidates.Length, new ParallelOptions { CancellationToken = cancel }, q => best[q] = Settle(q, candidates[q].Kept));
        return best;
    }

    private Hit[] Settle(int query, ReadOnlySpan<Hit> candidates)
    {
        var wanted = options[query];
        var best = new TopK((int)Math.Min(wanted.K, header.Count), wanted.MinScore ?? float.NegativeInfinity);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (i + Ahead < candidates.Length) exact.Expect(candidates[i + Ahead].Row);
            best.Offer(wanted.OnePerImage ? BestOfImage(query, candidates[i]) : exact.Of(query, candidates[i].Row));
        }
        return best.ToSorted();
    }

    private Hit BestOfImage(int query, Hit candidate)
    {
        var patches = header.PatchesPerImage;
        var (best, first) = (exact.Of(query, candidate.Row), candidate.Row / patches * patches);
        for (var row = first; row < first + patches; row++)
        {
            if (row == candidate.Row || codes.Score(query, row) + codes.Bound(query) < best.Score) continue;
            var other = exact.Of(query, row);
            if (other.IsBetterThan(best) && !(other.Score > options[query].MaxScore)) best = other;
        }
        return best;
    }
}
