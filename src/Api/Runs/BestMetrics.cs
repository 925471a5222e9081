using PatchSsl.Api.Database;

namespace PatchSsl.Api.Runs;

/// <summary>Which metric tells how good a run is: its online kNN accuracy where there are labels, else its loss.</summary>
public static class BestMetrics
{
    public const string Accuracy = "knn";
    public const string Loss = "loss";

    public static void Take(RunRow run, string name, double value, long step)
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
