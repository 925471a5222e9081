using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>What the measures of a locality report are called, and how their numbers are written.</summary>
public static class LocalityWords
{
    public static string Title(PatchLikeness likeness) => likeness switch
    {
        PatchLikeness.SameClass => "Same class",
        PatchLikeness.SamePosition => "Same place in the image",
        PatchLikeness.ColourDistance => "Colour distance",
        PatchLikeness.OrientationDistance => "Edge distance",
        PatchLikeness.PatchOverlap => "Overlap of places",
        _ => "From the same image",
    };

    public static string Explanation(PatchLikeness likeness) => likeness switch
    {
        PatchLikeness.SameClass => "share of neighbours, %",
        PatchLikeness.SamePosition => "share of neighbours at the same grid cell, %",
        PatchLikeness.ColourDistance => "ΔE 1976 of the mean colours; 2.3 is just noticeable",
        PatchLikeness.OrientationDistance => "half the L1 distance of orientation histograms, 0 to 1",
        PatchLikeness.PatchOverlap => "intersection over union of the boxes, 0 to 1",
        _ => "share of neighbours where the own image is searched too, %",
    };

    /// <summary>What claim 5 expects of a space, in symbols.</summary>
    public static string Expected(ExpectedDifference difference, VectorKind space) => difference.Sign switch
    {
        > 0 => $"{Choices.SpaceShort(space)} > h",
        < 0 => $"{Choices.SpaceShort(space)} < h",
        _ => "none stated",
    };

    /// <summary>For example 12.3 %, 14.20 or 0.123.</summary>
    public static string Number(PatchLikeness likeness, double value) => likeness switch
    {
        PatchLikeness.SameClass or PatchLikeness.SamePosition or PatchLikeness.OwnImage => (value * 100).ToString("0.0", CultureInfo.InvariantCulture),
        PatchLikeness.ColourDistance => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>With its sign; shares in percentage points.</summary>
    public static string Signed(PatchLikeness likeness, double value) => Number(likeness, value) is var text && value > 0 ? $"+{text}" : text.Replace('-', '−');
}
