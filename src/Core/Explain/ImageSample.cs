using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain;

/// <summary>The images an explanation looks at.</summary>
/// <param name="Ordinals">Ascending.</param>
/// <param name="From">Images there were to choose from.</param>
/// <param name="Split">The split they come from; null for the whole dataset.</param>
public sealed record ImageSample(int[] Ordinals, int From, string? Split)
{
    /// <summary>All of the split, or a seeded sample without replacement where it has more than <paramref name="most"/>.</summary>
    /// <param name="split">Null: <c>test</c> where the dataset has it, since images that were trained on flatter a model; otherwise all.</param>
    /// <exception cref="JobFailedException">There is no such split, or it is empty.</exception>
    public static ImageSample Of(ImageStore store, string? split, int most, long seed)
    {
        var from = split ?? DefaultSplit(store.Splits.Keys);
        if (from is not null && !store.Splits.ContainsKey(from))
            throw new JobFailedException($"'{from}' is no split of the dataset: there are {string.Join(", ", store.Splits.Keys)}.");
        int[] all = [.. store.Ordinals(from)];
        if (all.Length == 0) throw new JobFailedException(from is null ? "The dataset holds no images." : $"The split '{from}' holds no images.");
        if (all.Length <= most) return new ImageSample(all, all.Length, from);
        new CounterRandom(seed, "explained images", 0).Shuffle<int>(all);
        return new ImageSample([.. all.Take(most).Order()], all.Length, from);
    }

    /// <summary>The split that is taken where none is named; null for the whole dataset.</summary>
    public static string? DefaultSplit(IEnumerable<string> splits) => splits.Contains("test") ? "test" : null;

    /// <summary>For example: 200 of 10000 images of test, drawn by seed 1.</summary>
    public string Describe(long seed)
    {
        var place = Split is null ? "the dataset" : $"split {Split}";
        return Ordinals.Length == From ? $"all {From} images of {place}" : $"{Ordinals.Length} of {From} images of {place}, drawn by seed {seed}";
    }
}
