using System.Globalization;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Runs;

/// <summary>
/// Which metric tells how good a run is: its online kNN accuracy where there are labelled images enough to measure one, else its loss.
/// </summary>
public static class BestMetrics
{
    public const string Accuracy = "knn";
    public const string Loss = "loss";

    /// <summary>Images that an accuracy was counted in; runs of earlier versions do not say.</summary>
    public const string Images = "knnImages";

    /// <summary>Takes what was measured at a step.</summary>
    public static void Take(RunRow run, IReadOnlyDictionary<string, double> values, long step)
    {
        var isFew = values.TryGetValue(Images, out var images) && images < BestMetric.FewestImages;
        // An earlier version may have called one best.
        if (isFew && run.BestName == Accuracy) (run.BestName, run.BestValue, run.BestStep) = (null, null, null);
        foreach (var (name, value) in values)
        {
            if (name != Accuracy || !isFew) Take(run, name, value, step);
        }
    }

    /// <summary>The best so far, with the number of images of an accuracy.</summary>
    public static BestMetric? Of(RunRow run) =>
        run.BestName is { } name ? new BestMetric(name, run.BestValue!.Value, run.BestStep!.Value, name == Accuracy ? Counted(run) : null) : null;

    /// <summary>Said where no accuracy is called best although there are labels.</summary>
    public static string? Note(RunRow run) => Counted(run) is { } images && images < BestMetric.FewestImages
        ? string.Create(CultureInfo.InvariantCulture, $"too few labelled images to measure: {images}")
        : null;

    private static int? Counted(RunRow run) => run.LastMetrics.TryGetValue(Images, out var images) ? (int)images : null;

    private static void Take(RunRow run, string name, double value, long step)
    {
        if (!double.IsFinite(value)) return;
        var better = name switch
        {
            Accuracy => run.BestName != Accuracy || value > run.BestValue,
            Loss => run.BestName is null || (run.BestName == Loss && value < run.BestValue),
            _ => false,
        };
        if (better) (run.BestName, run.BestValue, run.BestStep) = (name, value, step);
    }
}
