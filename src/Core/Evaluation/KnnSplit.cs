using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Evaluation;

/// <summary>Which labelled images vote and which are asked.</summary>
/// <param name="Bank">Ordinals of the images that vote.</param>
/// <param name="Queries">Ordinals of the images whose class is guessed.</param>
/// <param name="Description">In words.</param>
internal sealed record KnnSplit(int[] Bank, int[] Queries, string Description)
{
    /// <exception cref="JobFailedException">There are too few labels for the question to mean anything.</exception>
    public static KnnSplit Of(ImageStore store, long seed)
    {
        var test = Labelled(store, "test");
        var rest = Enumerable.Range(0, store.Count).Where(i => store.ClassIndex(i) >= 0).Except(test).ToArray();
        if (test.Length + rest.Length == 0) throw new JobFailedException("The dataset has no labels: kNN needs images in folders named by their class.");
        var split = test.Length > 0 && Labelled(store, "train") is { Length: > 0 } train
            ? new KnnSplit(train, test, "bank = labelled images of the split train, queries = labelled images of the split test")
            : HeldOut([.. rest.Concat(test).Order()], seed);
        var classes = split.Bank.Select(store.ClassIndex).Distinct().Take(2).Count();
        if (classes < 2 || split.Queries.Length == 0)
        {
            throw new JobFailedException(
                $"kNN needs at least two classes among the images that vote; there {(classes == 1 ? "is one" : "are none")}, in {split.Bank.Length} images.");
        }
        return split;
    }

    private static KnnSplit HeldOut(int[] ordinals, long seed)
    {
        var shuffled = (int[])ordinals.Clone();
        new CounterRandom(seed, "knn held-out", 0).Shuffle<int>(shuffled);
        var fifth = shuffled.Length / 5;
        return new KnnSplit(
            [.. shuffled[fifth..].Order()], [.. shuffled[..fifth].Order()],
            $"there is no test split: queries = a fifth of the labelled images, drawn with seed {seed}, bank = the others");
    }

    private static int[] Labelled(ImageStore store, string split) => [.. store.Ordinals(split).Where(i => store.ClassIndex(i) >= 0)];
}
