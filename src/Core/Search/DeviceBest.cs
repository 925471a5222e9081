using static TorchSharp.torch;

namespace PatchSsl.Core.Search;

/// <summary>The best of the entries, rows or images, that passed by so far for each of some queries, on the device and without waiting for it.</summary>
/// <remarks>Everything belongs to the caller's dispose scopes: what is kept to the outer of two, what is not to the inner, a step's.</remarks>
/// <param name="keep">Entries kept a query.</param>
internal sealed class DeviceBest(int keep)
{
    /// <summary>(m, at most keep), in no order.</summary>
    public Tensor? Scores { get; private set; }

    /// <summary>(m, at most keep) int64: which entries these are.</summary>
    public Tensor? Entries { get; private set; }

    /// <param name="scores">(m, n) of the next n entries.</param>
    /// <param name="first">Number of the first of them.</param>
    public void Take(Tensor scores, long first)
    {
        var (best, entries) = Top(scores);
        entries += first;
        if (Scores is not null)
        {
            using var before = Scores;
            using var those = Entries!;
            (best, var picked) = Top(cat([before, best], 1));
            entries = cat([those, entries], 1).gather(1, picked);
        }
        (Scores, Entries) = (best.MoveToOuterDisposeScope(), entries.MoveToOuterDisposeScope());
    }

    private (Tensor Scores, Tensor At) Top(Tensor scores) => scores.topk((int)Math.Min(keep, scores.shape[1]), 1, largest: true, sorted: false);
}
