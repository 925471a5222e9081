using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Demo;

/// <summary>The demo's two sentences for people.</summary>
public static class DemoText
{
    /// <summary>What was learned: the figures, and a plain word where they are no better than before training.</summary>
    public static string Learned(DemoAccuracy accuracy, DemoSameParts parts)
    {
        var verdict = IsBetter(accuracy) ? "It learned to tell the kinds of part apart without a label" : "It learned nothing that shows";
        return $"{verdict}: kNN on bags of patches finds the class of {Percent(accuracy.Bag)} of {accuracy.TestImages} test images (raw pixels "
            + $"{Percent(accuracy.RawPixels)}, the same encoder untrained {Percent(accuracy.Untrained)}, chance {Percent(accuracy.Chance)}), and of the "
            + $"{parts.Neighbours} nearest patches {Percent(parts.Embedding)} in h and {Percent(parts.Projection)} in z show the query's kind of part "
            + $"({(parts.Untrained is { } before ? $"untrained {Percent(before)}, " : "")}chance {Percent(parts.Chance)}).";
    }

    /// <summary>What to look at.</summary>
    /// <param name="kind">What the patch to open shows; null for no part.</param>
    public static string LookAt(string? kind, DemoSameParts parts) =>
        $"Look at the {parts.Neighbours} patches nearest to one that holds {(kind is null ? "a part" : $"a whole {kind}")}: do they show the same kind of "
        + "part, whatever its colour, size, turn and place?";

    /// <summary>Whether the bag beats both baselines by more than two standard errors of its difference from them.</summary>
    private static bool IsBetter(DemoAccuracy a)
    {
        var baseline = Math.Max(a.RawPixels, a.Untrained);
        var error = Math.Sqrt(((a.Bag * (1 - a.Bag)) + (baseline * (1 - baseline))) / Math.Max(1, a.TestImages));
        return a.Bag - baseline > 2 * error;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
