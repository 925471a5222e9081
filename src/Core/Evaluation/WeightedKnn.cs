using PatchSsl.Core.Search;

namespace PatchSsl.Core.Evaluation;

/// <summary>k nearest neighbours that vote with weight exp(cosine / temperature).</summary>
/// <remarks>As in Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", arXiv 1805.01978.</remarks>
public static class WeightedKnn
{
    private const int BlockQueries = 64;
    private const int BlockRows = 256;

    /// <summary>Share of queries whose heaviest class is their own, 0 to 1.</summary>
    /// <param name="bank">(N, D) unit-length vectors, row-major.</param>
    /// <param name="bankLabels">N labels, 0 and up.</param>
    /// <param name="queries">(M, D) unit-length vectors.</param>
    /// <param name="queryLabels">M labels; one that the bank lacks counts as wrong.</param>
    /// <param name="k">Neighbours that vote, at least 1; clipped to N.</param>
    /// <param name="temperature">Above 0.</param>
    public static double Accuracy(
        ReadOnlyMemory<float> bank, ReadOnlyMemory<int> bankLabels, ReadOnlyMemory<float> queries, ReadOnlyMemory<int> queryLabels,
        int k, double temperature, CancellationToken cancel = default) =>
        Accuracies(bank, bankLabels, queries, queryLabels, [(k, temperature)], cancel)[0];

    /// <summary>The accuracy in every setting, from one search. Memory beyond the vectors does not grow with their number.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static double[] Accuracies(
        ReadOnlyMemory<float> bank, ReadOnlyMemory<int> bankLabels, ReadOnlyMemory<float> queries, ReadOnlyMemory<int> queryLabels,
        IReadOnlyList<(int K, double Temperature)> settings, CancellationToken cancel = default)
    {
        var dim = CheckedDim(bank.Length, bankLabels.Length, queries.Length, queryLabels.Length);
        foreach (var (k, temperature) in settings)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
            if (!(temperature > 0)) throw new ArgumentOutOfRangeException(nameof(settings), temperature, "The temperature must be above 0.");
        }
        if (bankLabels.Span.ContainsAnyInRange(int.MinValue, -1)) throw new ArgumentException("A bank label is negative; leave unlabelled rows out.");
        var widest = Math.Min(settings.Max(s => s.K), bankLabels.Length);
        var classes = bankLabels.Span.ToArray().Max() + 1;
        var right = new int[settings.Count];
        var blocks = (queryLabels.Length + BlockQueries - 1) / BlockQueries;

        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = cancel }, block =>
        {
            var first = block * BlockQueries;
            var count = Math.Min(BlockQueries, queryLabels.Length - first);
            var nearest = Nearest(bank.Span, queries.Span.Slice(first * dim, count * dim), dim, widest);
            Span<double> votes = new double[classes];
            for (var q = 0; q < count; q++)
            {
                for (var s = 0; s < settings.Count; s++)
                {
                    var winner = Winner(nearest[q].AsSpan(0, Math.Min(settings[s].K, widest)), bankLabels.Span, settings[s].Temperature, votes);
                    if (winner == queryLabels.Span[first + q]) Interlocked.Increment(ref right[s]);
                }
            }
        });
        return [.. right.Select(r => (double)r / queryLabels.Length)];
    }

    /// <summary>The k nearest rows of each query, best first.</summary>
    private static Hit[][] Nearest(ReadOnlySpan<float> bank, ReadOnlySpan<float> queries, int dim, int k)
    {
        using var panels = new QueryPanels(queries, dim, dim);
        var best = new TopK[panels.Count];
        for (var q = 0; q < best.Length; q++) best[q] = new TopK(k);
        var scores = new float[BlockRows * panels.Stride];
        var rows = bank.Length / dim;
        for (var first = 0; first < rows; first += BlockRows)
        {
            var count = Math.Min(BlockRows, rows - first);
            panels.Score(bank.Slice(first * dim, count * dim), count, scores);
            for (var r = 0; r < count; r++)
            {
                var rowScores = scores.AsSpan(r * panels.Stride, best.Length);
                for (var q = 0; q < best.Length; q++)
                {
                    if (rowScores[q] >= best[q].Threshold) best[q].Offer(new Hit(first + r, rowScores[q]));
                }
            }
        }
        return Array.ConvertAll(best, b => b.ToSorted());
    }

    /// <summary>The class with the most weight; of equals, the lowest.</summary>
    private static int Winner(ReadOnlySpan<Hit> nearest, ReadOnlySpan<int> labels, double temperature, Span<double> votes)
    {
        votes.Clear();
        // Relative to the best, so that a small temperature cannot overflow; the ranking of the classes is the same.
        foreach (var hit in nearest) votes[labels[(int)hit.Row]] += Math.Exp((hit.Score - nearest[0].Score) / temperature);
        var winner = 0;
        for (var c = 1; c < votes.Length; c++)
        {
            if (votes[c] > votes[winner]) winner = c;
        }
        return winner;
    }

    private static int CheckedDim(int bankValues, int bankRows, int queryValues, int queryRows)
    {
        if (bankRows == 0 || queryRows == 0) throw new ArgumentException($"Got {bankRows} bank rows and {queryRows} queries; both need at least one.");
        var dim = bankValues / bankRows;
        if (dim == 0 || bankValues != dim * bankRows || queryValues != dim * queryRows)
        {
            throw new ArgumentException(
                $"Expected (N, D) and (M, D) values; got {bankValues} values for {bankRows} bank rows and {queryValues} for {queryRows} queries.");
        }
        return dim;
    }
}
