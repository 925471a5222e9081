using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Evaluation;

/// <summary>Which images teach, which are asked, and what they are.</summary>
/// <param name="Train">Ordinals, ascending.</param>
/// <param name="Test">Ordinals, ascending; none of them in <paramref name="Train"/>.</param>
/// <param name="TrainLabels">0 to <paramref name="Classes"/> - 1.</param>
/// <param name="TestLabels">As <paramref name="TrainLabels"/>.</param>
/// <param name="Classes">Classes that take part.</param>
/// <param name="Description">In words.</param>
internal sealed record EvaluationSplit(int[] Train, int[] Test, int[] TrainLabels, int[] TestLabels, int Classes, string Description)
{
    /// <summary>Every image that is encoded: train, then test.</summary>
    public int[] All { get; } = [.. Train, .. Test];

    /// <exception cref="JobFailedException">The choice cannot be met: the message names every reason.</exception>
    public static EvaluationSplit Of(ImageStore store, SplitChoice choice, long seed, EvaluationKind kind, IReadOnlyList<KnnSetting>? neighbours)
    {
        var (plan, problems) = SplitPlan.Of(LabelCounts.Of(store), choice, kind, neighbours);
        if (plan is null) throw new JobFailedException(string.Join(' ', problems.Select(p => p.Text)));

        var train = ByClass(store, plan, plan.TrainFrom);
        var test = plan.TestFrom is { } named ? ByClass(store, plan, [named]) : train;
        var (trained, asked) = (new List<int>(), new List<int>());
        for (var c = 0; c < plan.Classes.Count; c++)
        {
            // The stream ends in the class's own index, so that leaving one class out changes no other's draw.
            new CounterRandom(seed, "evaluation train", plan.Classes[c]).Shuffle<int>(train[c]);
            if (plan.TestFrom is not null) new CounterRandom(seed, "evaluation test", plan.Classes[c]).Shuffle<int>(test[c]);
            asked.AddRange(test[c].AsSpan(0, plan.TestOf[c]));
            trained.AddRange(train[c].AsSpan(plan.HeldOut[c], plan.TrainOf[c]));
        }
        int[] labels = new int[store.Classes.Count];
        for (var c = 0; c < plan.Classes.Count; c++) labels[plan.Classes[c]] = c;
        int[] Label(IEnumerable<int> ordinals) => [.. ordinals.Select(i => labels[store.ClassIndex(i)])];
        int[] bank = [.. trained.Order()], queries = [.. asked.Order()];
        return new(bank, queries, Label(bank), Label(queries), plan.Classes.Count, Describe(store, choice, plan, seed));
    }

    private static int[][] ByClass(ImageStore store, SplitPlan plan, IReadOnlyList<string> splits)
    {
        var lists = plan.Classes.ToDictionary(c => c, _ => new List<int>());
        foreach (var ordinal in splits.SelectMany(s => store.Ordinals(s)).Order())
        {
            if (lists.TryGetValue(store.ClassIndex(ordinal), out var list)) list.Add(ordinal);
        }
        return [.. plan.Classes.Select(c => lists[c].ToArray())];
    }

    private static string Describe(ImageStore store, SplitChoice choice, SplitPlan plan, long seed)
    {
        var from = plan.TrainFrom is [var only] ? $"the split {only}" : $"the splits {string.Join(", ", plan.TrainFrom)}";
        var source = plan.TestFrom is { } test
            ? $"train = labelled images of {from}, test = labelled images of the split {test}"
            : $"test = a class-balanced fifth of the labelled images of {from}, drawn with seed {seed}, train = the others";
        var classes = choice.Classes is null
            ? $"all {plan.Classes.Count} classes"
            : $"the classes {string.Join(", ", plan.Classes.Select(c => store.Classes[c]))}";
        var subsets = (choice.MaxTrainImages, choice.MaxTestImages) switch
        {
            (0, 0) => "",
            (var most, 0) => $", train cut to at most {most} images",
            (0, var most) => $", test cut to at most {most} images",
            var (most, asked) => $", cut to at most {most} train and {asked} test images",
        };
        var drawn = subsets == "" ? "" : $", class-balanced, drawn with seed {seed}";
        return $"{source}; {classes}{subsets}{drawn}: {plan.Train} train and {plan.Test} test images";
    }
}
