using PatchSsl.Core.Search;

namespace PatchSsl.Core.Measures;

/// <summary>k nearest neighbours that vote with weight exp(cosine / temperature).</summary>
/// <remarks>As in Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", arXiv 1805.01978.</remarks>
public static class WeightedKnn
{
    /// <summary>Rows searched at a time.</summary>
    private const int BlockRows = 4096;

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

    /// <summary>The accuracy in every setting, from one search. Memory beyond the vectors grows with M and k alone.</summary>
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
        using var search = new FloatSearch(queries.Span, dim, Math.Min(settings.Max(s => s.K), bankLabels.Length));
        for (var first = 0; first < bankLabels.Length; first += BlockRows)
        {
            search.Add(bank.Slice(first * dim, Math.Min(BlockRows, bankLabels.Length - first) * dim), cancel);
        }
        return [.. Right(search, bankLabels.Span, queryLabels.Span, settings).Select(r => (double)r.Count(isRight => isRight != 0) / search.Queries)];
    }

    /// <summary>Answers of a search that has seen the whole bank: for each setting 1 where a query's is right, else 0.</summary>
    internal static byte[][] Right(
        FloatSearch search, ReadOnlySpan<int> bankLabels, ReadOnlySpan<int> queryLabels, IReadOnlyList<(int K, double Temperature)> settings)
    {
        var classes = 0;
        foreach (var label in bankLabels) classes = Math.Max(classes, label + 1);
        var votes = new double[classes];
        byte[][] right = [.. settings.Select(_ => new byte[search.Queries])];
        for (var q = 0; q < search.Queries; q++)
        {
            var nearest = search.Nearest(q);
            for (var s = 0; s < settings.Count; s++)
            {
                var voters = nearest.AsSpan(0, Math.Min(settings[s].K, nearest.Length));
                if (Winner(voters, bankLabels, settings[s].Temperature, votes) == queryLabels[q]) right[s][q] = 1;
            }
        }
        return right;
    }

    /// <summary>The class with the most weight; of equals, the lowest. No neighbour, no class: -1.</summary>
    private static int Winner(ReadOnlySpan<Hit> nearest, ReadOnlySpan<int> labels, double temperature, Span<double> votes)
    {
        if (nearest.IsEmpty) return -1;
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
