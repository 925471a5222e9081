using System.Globalization;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using BaselineTest = PatchSsl.Client.Contracts.BaselineTest;
using EvaluationScore = PatchSsl.Client.Contracts.EvaluationScore;

namespace PatchSsl.Api.Evaluations;

/// <summary>What an evaluation's headline is worth, in words that follow from its figures alone.</summary>
public static class Findings
{
    private static readonly (string Name, string Words)[] Baselines =
        [("untrained encoder", "the untrained encoder"), ("largest class", "always answering the largest class"), ("raw pixels", "raw pixels")];

    /// <summary>What is to be minded first, what speaks for the model last.</summary>
    public static IReadOnlyList<EvaluationFinding> Of(EvaluationRow row)
    {
        if (row.State != ResourceState.Ready || row.TestImages < 1) return [];
        if (Headlines.Score(row.Kind, row.Vectors, row.Patches, row.Scores) is not { } headline) return [];
        var found = new List<EvaluationFinding>();
        if (row.Reading?.TrainedOnTest is > 0 and var seen)
            found.Add(new(FindingKind.TrainedOnTest, $"Trained on these images: {Seen(seen, row.TestImages)}, without their labels."));
        if (row.TestImages < BestMetric.FewestImages) found.Add(Few(headline, row.TestImages));
        found.AddRange(Baselines.Select(b => Against(row, headline, b.Name, b.Words)).OfType<EvaluationFinding>());
        return [.. found.OrderBy(f => f.Kind)];
    }

    private static string Seen(int seen, int images) => seen == images
        ? string.Create(CultureInfo.InvariantCulture, $"all {images} test images were among those the model learned from")
        : string.Create(CultureInfo.InvariantCulture, $"{seen} of the {images} test images were among those the model learned from");

    private static EvaluationFinding Few(EvaluationScore headline, int images)
    {
        var (low, high) = Intervals.OfShare(headline.Accuracy, images);
        return new(FindingKind.FewImages, string.Create(CultureInfo.InvariantCulture,
            $"Measured on {images} images only: on all images like these it may be anything from {100 * low:0} to {100 * high:0} % (95 % interval)."));
    }

    private static EvaluationFinding? Against(EvaluationRow row, EvaluationScore headline, string name, string words)
    {
        var test = row.Reading?.Tests.FirstOrDefault(t => t.Baseline == name && Is(t, headline));
        double? other = name == "largest class" ? row.Reading?.LargestClassShare
            : row.Baselines.FirstOrDefault(b => b.Name == name && (b.Classifier, b.K, b.Temperature) == (headline.Classifier, headline.K, headline.Temperature)
                && (b.Vectors is null || (b.Vectors, b.Patches) == (headline.Vectors, headline.Patches)))?.Accuracy;
        if (other is not { } accuracy) return null;
        var (kind, how) = test is null ? ByInterval(headline.Accuracy, accuracy, row.TestImages) : ByTest(test);
        var says = kind switch { FindingKind.Better => "Better than", FindingKind.Worse => "Worse than", _ => "No better than" };
        return new(kind, $"{says} {words}: {Percent(headline.Accuracy)} against {Percent(accuracy)} ({how}).");
    }

    /// <summary>True where the test is of that score.</summary>
    public static bool Is(BaselineTest test, EvaluationScore score) =>
        (test.Classifier, test.Vectors, test.Patches, test.K, test.Temperature) == (score.Classifier, score.Vectors, score.Patches, score.K, score.Temperature);

    private static (FindingKind, string) ByTest(BaselineTest test)
    {
        var kind = test.Outcome switch
        {
            BaselineOutcome.Better => FindingKind.Better,
            BaselineOutcome.Worse => FindingKind.Worse,
            _ => FindingKind.NoBetter,
        };
        if (test.Better + test.Worse == 0) return (kind, "they agree on every image");
        var p = test.PValue < .001 ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {test.PValue:0.000}");
        return (kind, string.Create(CultureInfo.InvariantCulture, $"better on {test.Better} images, worse on {test.Worse}: McNemar's exact test, {p}"));
    }

    /// <summary>Of rows that kept no answer an image.</summary>
    private static (FindingKind, string) ByInterval(double accuracy, double other, int images)
    {
        var difference = Intervals.OfShares(accuracy, images, other, images);
        var kind = difference.Low > 0 ? FindingKind.Better : difference.High < 0 ? FindingKind.Worse : FindingKind.NoBetter;
        return (kind, string.Create(CultureInfo.InvariantCulture,
            $"95 % interval of the difference {Points(difference.Low)} to {Points(difference.High)} points, taken as independent: no answer of each image was kept"));
    }

    private static string Points(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "\u00a0%";
}
