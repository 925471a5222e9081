using PatchSsl.Core.Images;

namespace PatchSsl.Api.Evaluations;

/// <summary>Labelled images of a dataset by split and class.</summary>
/// <param name="Splits">Split → images of each class, in the order of <paramref name="Classes"/>.</param>
public sealed record LabelCounts(IReadOnlyList<string> Classes, IReadOnlyDictionary<string, int[]> Splits)
{
    /// <summary>Reads the table of the store; no pixel is touched.</summary>
    public static LabelCounts Of(ImageStore store) => new(store.Classes, store.Splits.Keys.ToDictionary(split => split, split => Count(store, split)));

    private static int[] Count(ImageStore store, string split)
    {
        var counts = new int[store.Classes.Count];
        foreach (var ordinal in store.Ordinals(split))
        {
            var label = store.ClassIndex(ordinal);
            if ((uint)label < (uint)counts.Length) counts[label]++;
        }
        return counts;
    }

    /// <summary>Images a class among <paramref name="classes"/> (indices), of one split or of all.</summary>
    public int[] Of(string? split, IReadOnlyCollection<int> classes) =>
        [.. classes.Select(c => split is null ? Splits.Values.Sum(s => s[c]) : Splits.TryGetValue(split, out var s) ? s[c] : 0)];
}
