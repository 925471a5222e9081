using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Evaluations;

/// <summary>Whether a dataset's labels can answer the question: enough classes, images on both sides, and k no larger than the bank.</summary>
public static class SplitRules
{
    /// <summary>Share of the labelled images that is held out where there is no split: one in five.</summary>
    private const int HeldOut = 5;

    public static void Check(CreateEvaluation body, LabelCounts labels, FieldErrors errors)
    {
        var split = body.Split ?? new EvaluationSplit();
        if (Classes(split.Classes, labels, errors) is not { } classes || !Names(split, labels, errors)) return;

        var (train, test) = Sides(split, labels, classes);
        var trained = train.Count(images => images > 0);
        if (trained < 2)
        {
            errors.Add(split.Train is null ? "datasetId" : "split.train",
                $"There {(trained == 1 ? "is one class" : "are no classes")} among the images to train on; an evaluation needs at least two.");
            return;
        }
        if (test.Sum() == 0) errors.Add(split.Test is null ? "datasetId" : "split.test", "There are no labelled images to guess.");
        Subset("split.maxTrainImages", split.MaxTrainImages, trained, errors);
        Subset("split.maxTestImages", split.MaxTestImages, test.Count(images => images > 0), errors);

        var bank = split.MaxTrainImages > 0 ? Math.Min(split.MaxTrainImages, train.Sum()) : train.Sum();
        for (var i = 0; i < (body.Neighbours?.Count ?? 0); i++)
        {
            if (body.Neighbours![i].K > bank) errors.Add($"neighbours[{i}].k", $"k is {body.Neighbours[i].K}, more than the {bank:N0} images that vote.");
        }
    }

    /// <summary>Indices of the classes asked for; null where they are not usable.</summary>
    private static int[]? Classes(IReadOnlyList<string>? asked, LabelCounts labels, FieldErrors errors)
    {
        if (labels.Classes.Count < 2)
        {
            errors.Add("datasetId", $"The dataset has {(labels.Classes.Count == 1 ? "one class" : "no classes")}; an evaluation needs at least two.");
            return null;
        }
        if (asked is null) return [.. Enumerable.Range(0, labels.Classes.Count)];
        var known = true;
        for (var i = 0; i < asked.Count; i++)
        {
            if (labels.Classes.Contains(asked[i])) continue;
            errors.Add($"split.classes[{i}]", $"The dataset has no class '{Problems.Shown(asked[i])}'.");
            known = false;
        }
        int[] found = [.. Enumerable.Range(0, labels.Classes.Count).Where(c => asked.Contains(labels.Classes[c]))];
        if (known && found.Length < 2) errors.Add("split.classes", $"split.classes names {found.Length} class(es); at least two are needed.");
        return known && found.Length >= 2 ? found : null;
    }

    private static bool Names(EvaluationSplit split, LabelCounts labels, FieldErrors errors)
    {
        var usable = true;
        void Refuse(string field, string sentence)
        {
            errors.Add(field, sentence);
            usable = false;
        }
        if (split.Train is null != split.Test is null) Refuse(split.Train is null ? "split.train" : "split.test", "split.train and split.test come together.");
        foreach (var (field, name) in new[] { ("split.train", split.Train), ("split.test", split.Test) })
        {
            if (name is not null && !labels.Splits.ContainsKey(name))
                Refuse(field, $"The dataset has no split '{Problems.Shown(name)}'; it has {string.Join(", ", labels.Splits.Keys)}.");
        }
        if (split.Train is not null && split.Train == split.Test) Refuse("split.test", "split.test is the split that is trained on.");
        return usable;
    }

    /// <summary>Images a class to train on and to guess, before any subset.</summary>
    private static (int[] Train, int[] Test) Sides(EvaluationSplit split, LabelCounts labels, int[] classes)
    {
        var (train, test) = (labels.Of(split.Train ?? "train", classes), labels.Of(split.Test ?? "test", classes));
        if (split.Train is not null || train.Sum() > 0 && test.Sum() > 0) return (train, test);
        var all = labels.Of(null, classes);
        test = [.. all.Select(images => images / HeldOut)];
        return ([.. all.Zip(test, (images, held) => images - held)], test);
    }

    private static void Subset(string field, int most, int classes, FieldErrors errors)
    {
        if (most > 0 && most < classes) errors.Add(field, $"{field} is {most}, fewer than the {classes} classes.");
    }
}
