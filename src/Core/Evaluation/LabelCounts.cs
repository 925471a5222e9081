using PatchSsl.Core.Images;

namespace PatchSsl.Core.Evaluation;

/// <summary>Labelled images of a dataset, by split and class: all that is needed to say what an evaluation's split will hold.</summary>
/// <param name="Classes">Sorted names.</param>
/// <param name="Splits">Name of each split → labelled images of each class, in the order of <paramref name="Classes"/>.</param>
public sealed record LabelCounts(IReadOnlyList<string> Classes, IReadOnlyDictionary<string, IReadOnlyList<int>> Splits)
{
    /// <summary>Counts a store's labels: reads its table once for every split, no image.</summary>
    public static LabelCounts Of(ImageStore store) => new(store.Classes, store.Manifest.Splits.ToDictionary(s => s.Name, s => Count(store, s.Name)));

    private static IReadOnlyList<int> Count(ImageStore store, string split)
    {
        var counts = new int[store.Classes.Count];
        foreach (var ordinal in store.Ordinals(split))
        {
            if (store.ClassIndex(ordinal) is >= 0 and var label) counts[label]++;
        }
        return counts;
    }
}
