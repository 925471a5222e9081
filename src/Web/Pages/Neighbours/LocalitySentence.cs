using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Explain;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>A report on locality in a line: what neighbours share in h and in z, beside chance, and what that says.</summary>
public static class LocalitySentence
{
    private static readonly IReadOnlyList<PatchLikeness> Told =
        [.. Enum.GetValues<PatchLikeness>().Except([PatchLikeness.PatchOverlap, PatchLikeness.OrientationDistance, PatchLikeness.OwnImage])];

    /// <summary>For example <c>same class h 21.9 %, z 23.1 %, by chance 10.9 % (undecided)</c>, for each measure that tells.</summary>
    public static IReadOnlyList<string> Of(LocalityReport report) =>
        [.. report.Measures.Where(m => m.Missing is null && Told.Contains(m.Likeness)).Select(Of).OfType<string>()];

    private static string? Of(LocalityMeasure measure)
    {
        var spaces = measure.Means.Where(m => m.Mean is not null).ToList();
        if (spaces.Count == 0) return null;
        var name = ShareWords.Title(measure.Likeness).ToLowerInvariant();
        var values = string.Join(", ", spaces.Select(m => $"{SpaceName.Symbol(m.Vectors)}\u00a0{Number(measure.Likeness, m.Mean!.Mean)}"));
        var chance = measure.Chance is { } by ? $", by chance\u00a0{Number(measure.Likeness, by.Mean)}" : "";
        var outcome = measure.Differences.FirstOrDefault(d => d.Vectors == VectorKind.Projection)?.Expected.Outcome;
        return $"{name} {values}{chance}{Verdict(outcome)}";
    }

    private static string Number(PatchLikeness likeness, double value) => LocalityWords.Number(likeness, value)
        + (likeness is PatchLikeness.ColourDistance or PatchLikeness.OrientationDistance or PatchLikeness.PatchOverlap ? "" : "\u00a0%");

    private static string Verdict(ExpectationOutcome? outcome) => outcome switch
    {
        ExpectationOutcome.AsExpected => " (as expected)",
        ExpectationOutcome.Against => " (against what is expected)",
        ExpectationOutcome.Undecided => " (no difference beyond doubt)",
        _ => "",
    };
}
