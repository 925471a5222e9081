using PatchSsl.Client.Contracts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>Whether an experiment came out as the theory says, and what does not.</summary>
/// <param name="Failures">Empty where all of it agrees.</param>
public sealed record ClosedFormVerdict(IReadOnlyList<string> Failures)
{
    private const double R2Slack = .01, MostDegrees = 5, MostControl = .05, AsGoodAsAll = .9995;

    public bool Agrees => Failures.Count == 0;

    public static ClosedFormVerdict Of(ClosedFormResult result)
    {
        var failures = new List<string>();
        var (learned, attainable) = (result.Learned, result.Theory.AttainableR2);
        if (learned.ToRatio.R2 is { } r2 && attainable is { } best && !(r2 >= best - R2Slack))
            failures.Add($"R² is {Units.Value(r2)}, more than {Units.Value(R2Slack)} below the {Units.Value(best)} that {Units.Count(result.Dimension, "dimension")} can reach");
        if (learned.Subspace is { } s && !(s.AnglesDegrees[^1] <= MostDegrees))
            failures.Add($"the subspace is {Units.Value(s.AnglesDegrees[^1])}° off, more than {MostDegrees}°");
        if (result.Control.ToRatio.R2 is { } control && !(Math.Abs(control) <= MostControl))
            failures.Add($"the shuffled control has an R² of {Units.Value(control)}, more than {Units.Value(MostControl)} from 0");
        return new ClosedFormVerdict(failures);
    }

    /// <summary>Whether the best that the dimensions can do can be told from the ratios.</summary>
    public static bool FallsShort(ClosedFormTheory theory) => theory.AttainableR2 < AsGoodAsAll;

    /// <summary>What d dimensions can and cannot do with a joint.</summary>
    public static string Reach(ClosedFormTheory theory, int dimension)
    {
        if (theory.AttainableR2 is not { } best)
            return "The symbols are independent: every ratio is 1, one dimension holds it, and there is no structure to find.";
        var most = best >= AsGoodAsAll ? "they explain nearly all of the ratios' variance" : $"at best {Units.Percent(best)} of the ratios' variance";
        if (theory.Negative > 0 && theory.Kept < dimension)
            return $"{Units.Count(theory.Negative, "eigenvalue is", "eigenvalues are")} negative. A product of a vector with itself never is, so no embedding of any size fits this joint: the positive ones explain {most}. It comes from no images whose patches are drawn independently.";
        if (theory.Kept < theory.Rank)
            return $"{Units.Count(dimension, "dimension holds", "dimensions hold")} {theory.Kept} of the {theory.Rank} eigenvalues that differ from 0: {most}."
                + (theory.BestIsUnique ? "" : " The next eigenvalue is as large as the last one held, so several answers are equally good.");
        return $"{Units.Count(dimension, "dimension holds", "dimensions hold")} all {theory.Rank} eigenvalues that differ from 0: products can equal the ratios.";
    }
}
