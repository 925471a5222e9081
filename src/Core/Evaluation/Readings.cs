using PatchSsl.Core.Images;

namespace PatchSsl.Core.Evaluation;

/// <summary>Makes an <see cref="EvaluationReading"/> of the answers.</summary>
internal static class Readings
{
    public const string Model = "model", LargestClass = "largest class";

    /// <param name="answers">Of the model and of the baselines, in the order of the result's scores.</param>
    public static EvaluationReading Of(ImageStore store, EvaluationSplit split, TrainedOn? trainedOn, IReadOnlyList<Answers> answers)
    {
        var (taught, asked) = (Count(split.TrainLabels), Count(split.TestLabels));
        var largest = Enumerable.Range(0, split.Classes).MaxBy(c => (taught[c], asked[c]));
        var constant = new Answers(
            new EvaluationScore(LargestClass, "constant", null, PatchPlan.Whole, (double)asked[largest] / split.Test.Length),
            [.. split.TestLabels.Select(label => (byte)(label == largest ? 1 : 0))]);
        int? seen = trainedOn is { } run ? TrainingSplit.Of(store, run.BatchImages, run.Seed).Training.Intersect(split.Test).Count() : null;
        return new EvaluationReading(split.Classes, Name(), constant.Score.Accuracy, seen, [.. Tests(answers, constant)]);

        int[] Count(int[] labels)
        {
            var counts = new int[split.Classes];
            foreach (var label in labels) counts[label]++;
            return counts;
        }

        string Name() => store.Classes[store.ClassIndex(split.Train[Array.IndexOf(split.TrainLabels, largest)])];
    }

    private static IEnumerable<BaselineTest> Tests(IReadOnlyList<Answers> answers, Answers constant)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            var model = answers[i];
            if (model.Score.Of != Model) continue;
            foreach (var baseline in answers.Where(a => a.Score.Of != Model && model.IsLike(a.Score)).Append(constant))
            {
                var (better, worse) = model.Against(baseline);
                yield return new BaselineTest(i, baseline.Score.Of, better, worse, SignTest.PValue(better, worse));
            }
        }
    }
}
