namespace PatchSsl.Core.Evaluation;

/// <summary>Something that keeps a split from being used.</summary>
/// <param name="Field">What was asked, as the API names it: <c>split.train</c>, <c>neighbours[0].k</c>, or <c>datasetId</c> where the dataset is at fault.</param>
/// <param name="Text">A sentence that names the value.</param>
public sealed record SplitProblem(string Field, string Text);

/// <summary>How many images of which class an evaluation trains on and asks, before any of them is drawn.</summary>
/// <remarks>A pure function of the labels' counts and the choice, so that the server refuses at once what a worker would fail on.</remarks>
/// <param name="TrainFrom">Splits whose images train.</param>
/// <param name="TestFrom">Split whose images are asked; null where a part of <paramref name="TrainFrom"/> is held out.</param>
/// <param name="Classes">Indexes of the classes that take part, ascending.</param>
/// <param name="HeldOut">Images held out of each class; zeros where there is a test split.</param>
/// <param name="TrainOf">Train images of each class.</param>
/// <param name="TestOf">Test images of each class.</param>
public sealed record SplitPlan(
    IReadOnlyList<string> TrainFrom, string? TestFrom, IReadOnlyList<int> Classes, IReadOnlyList<int> HeldOut, IReadOnlyList<int> TrainOf,
    IReadOnlyList<int> TestOf)
{
    /// <summary>Of a dataset without a test split, one image in so many is held out.</summary>
    private const int HeldOutOneIn = 5;

    /// <summary>Train images: the bank of kNN.</summary>
    public int Train => TrainOf.Sum();

    /// <summary>Test images.</summary>
    public int Test => TestOf.Sum();

    /// <summary>The plan, or everything that is wrong.</summary>
    /// <param name="kind">A linear probe needs two images of a class, to choose its rate on one of them.</param>
    /// <param name="neighbours">As asked; null for the published settings, which any bank serves.</param>
    public static (SplitPlan? Plan, IReadOnlyList<SplitProblem> Problems) Of(
        LabelCounts labels, SplitChoice choice, EvaluationKind kind, IReadOnlyList<KnnSetting>? neighbours)
    {
        var problems = ChoiceProblems(labels, choice).Concat(SettingProblems(neighbours)).ToList();
        if (problems.Count > 0) return (null, problems);
        var plan = Resolve(labels, choice);
        problems.AddRange(plan.Problems(labels, choice, kind, neighbours));
        return problems.Count == 0 ? (plan, []) : (null, problems);
    }

    private static IEnumerable<SplitProblem> ChoiceProblems(LabelCounts labels, SplitChoice choice)
    {
        if (labels.Classes.Count == 0 || labels.Splits.Values.All(counts => counts.Sum() == 0))
        {
            yield return new("datasetId", "The dataset has no labels: an evaluation needs images in folders named by their class.");
            yield break;
        }
        foreach (var (field, name) in new[] { ("split.train", choice.Train), ("split.test", choice.Test) })
        {
            if (name is not null && !labels.Splits.ContainsKey(name))
                yield return new(field, $"'{name}' is no split of the dataset: there are {string.Join(", ", labels.Splits.Keys)}.");
        }
        if (choice.Train is not null && choice.Train == choice.Test)
            yield return new("split.test", $"Train and test are both '{choice.Test}': images that were trained on cannot be asked.");
        if (choice.Classes is { } classes)
        {
            foreach (var name in classes.Except(labels.Classes)) yield return new("split.classes", $"'{name}' is no class of the dataset.");
            if (classes.Distinct().Count() < 2) yield return new("split.classes", $"An evaluation needs two classes or more, got {classes.Distinct().Count()}.");
        }
        if (choice.MaxTrainImages < 0) yield return new("split.maxTrainImages", $"maxTrainImages is {choice.MaxTrainImages}: it must be 0 for all, or more.");
        if (choice.MaxTestImages < 0) yield return new("split.maxTestImages", $"maxTestImages is {choice.MaxTestImages}: it must be 0 for all, or more.");
    }

    private static IEnumerable<SplitProblem> SettingProblems(IReadOnlyList<KnnSetting>? neighbours)
    {
        if (neighbours is { Count: 0 }) yield return new("neighbours", "kNN needs a setting of k and temperature.");
        for (var i = 0; i < (neighbours?.Count ?? 0); i++)
        {
            var (k, temperature) = neighbours![i];
            if (k < 1) yield return new($"neighbours[{i}].k", $"k is {k}: it must be 1 or more.");
            if (!(temperature > 0) || double.IsInfinity(temperature))
                yield return new($"neighbours[{i}].temperature", FormattableString.Invariant($"The temperature is {temperature}: it must be above 0."));
        }
    }

    private static SplitPlan Resolve(LabelCounts labels, SplitChoice choice)
    {
        int[] classes = [.. Enumerable.Range(0, labels.Classes.Count).Where(c => choice.Classes?.Contains(labels.Classes[c]) ?? true)];
        var test = choice.Test ?? (choice.Train != "test" && Has("test") && Has(choice.Train ?? "train") ? "test" : null);
        IReadOnlyList<string> train =
            choice.Train is { } named ? [named]
            : test is null ? [.. labels.Splits.Keys]
            : test != "train" && Has("train") ? ["train"]
            : [.. labels.Splits.Keys.Where(s => s != test)];
        var available = Counts(train);
        int[] heldOut = test is null ? [.. available.Select(n => n < 2 ? 0 : Math.Max(1, n / HeldOutOneIn))] : new int[classes.Length];
        var asked = test is null ? heldOut : Counts([test]);
        return new SplitPlan(
            train, test, classes, heldOut,
            Balanced([.. available.Zip(heldOut, (n, held) => n - held)], choice.MaxTrainImages), Balanced(asked, choice.MaxTestImages));

        bool Has(string split) => labels.Splits.TryGetValue(split, out var counts) && classes.Any(c => counts[c] > 0);
        int[] Counts(IReadOnlyList<string> splits) => [.. classes.Select(c => splits.Sum(s => labels.Splits[s][c]))];
    }

    private IEnumerable<SplitProblem> Problems(LabelCounts labels, SplitChoice choice, EvaluationKind kind, IReadOnlyList<KnnSetting>? neighbours)
    {
        if (choice.Classes is not null)
        {
            foreach (var (index, _) in Classes.Zip(TrainOf).Where(c => c.Second == 0))
                yield return new("split.classes", $"Class '{labels.Classes[index]}' has no train image.");
        }
        var taught = TrainOf.Count(n => n > 0);
        if (taught < 2)
        {
            var field = choice.MaxTrainImages == 1 ? "split.maxTrainImages" : "datasetId";
            yield return new(field, $"An evaluation needs two classes or more among its train images; there {(taught == 1 ? "is one" : "are none")}, in {Train} images.");
        }
        if (Test == 0) yield return new("datasetId", $"There is no labelled test image{(TestFrom is null ? " to hold out" : $" in '{TestFrom}'")}.");
        for (var i = 0; i < (neighbours?.Count ?? 0); i++)
        {
            if (neighbours![i].K > Train) yield return new($"neighbours[{i}].k", $"k is {neighbours[i].K} and the bank has {Train} images: k can be no larger.");
        }
        if (kind != EvaluationKind.Knn && taught >= 2 && TrainOf.Max() < 2)
            yield return new("datasetId", "A linear probe needs a class with two train images or more: one of them chooses the learning rate.");
    }

    /// <summary>Shares out at most <paramref name="most"/> images as evenly as the classes allow; 0 takes all.</summary>
    private static int[] Balanced(int[] available, int most)
    {
        if (most == 0 || available.Sum() <= most) return available;
        var share = new int[available.Length];
        // The scarcest class first: what it cannot fill is left to the others.
        var (left, waiting) = (most, available.Length);
        foreach (var c in Enumerable.Range(0, available.Length).OrderBy(c => available[c]).ThenBy(c => c))
        {
            share[c] = Math.Min(available[c], left / waiting);
            (left, waiting) = (left - share[c], waiting - 1);
        }
        return share;
    }
}
