namespace PatchSsl.Web.Charts;

/// <summary>What an axis counts.</summary>
public enum XAxis { Number, Log, Date }

/// <summary>The part of the x axis a person zoomed to; in milliseconds since 1970 on a date axis.</summary>
public sealed record ChartRange(double From, double To);

/// <summary>A chart without its numbers, as the script takes it.</summary>
internal sealed record ChartSpec(
    IReadOnlyList<SeriesSpec> Series, string XTitle, string YTitle, bool LogX, bool LogY, bool Dates, bool Percent, string Revision,
    IReadOnlyList<double>? Ticks = null, bool Close = false, bool Legend = true);

/// <param name="Keep">Values at the front that the script has already.</param>
/// <param name="Style">points, lineAndPoints, dashed, faint or line.</param>
internal sealed record SeriesSpec(string Name, int Keep, int Length, string? Color, string Style, bool Faint, bool Band, bool Listed = true);
