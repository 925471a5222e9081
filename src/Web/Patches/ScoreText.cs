using System.Globalization;

namespace PatchSsl.Web.Patches;

/// <summary>Scores and shares as people read them, the same on every page.</summary>
public static class ScoreText
{
    /// <summary>A cosine with three decimals and a true minus sign; whole numbers without decimals.</summary>
    public static string Of(double score) =>
        (score == Math.Round(score) ? score.ToString("0", CultureInfo.InvariantCulture) : score.ToString("0.000", CultureInfo.InvariantCulture))
        .Replace('-', '−');

    /// <summary>A cosine with two decimals and a true minus sign, where exactness would only crowd.</summary>
    public static string Short(double score) => score.ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A share as percent with one decimal; an en dash where there is none.</summary>
    public static string Percent(double? share) =>
        share is { } s ? (s * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>Milliseconds with sensible digits.</summary>
    public static string Milliseconds(double ms) =>
        ms.ToString(ms < 10 ? "0.00" : ms < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";
}
