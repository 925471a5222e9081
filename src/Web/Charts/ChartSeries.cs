namespace PatchSsl.Web.Charts;

/// <summary>How a series is drawn. Faint ones lie behind and have no entry in the legend.</summary>
public enum SeriesStyle { Line, LineAndPoints, Points, Dashed, Faint }

/// <summary>One curve of a <see cref="LineChart"/>. X and Y have one length; NaN in Y leaves a gap.</summary>
/// <param name="Color">A CSS colour; null takes the next of the palette.</param>
/// <param name="Faint">The same curve before smoothing, drawn faint behind.</param>
/// <param name="Listed">False leaves it out of the legend, for a line that the words beside the chart explain.</param>
/// <param name="Low">Lower edge of a band behind the line; comes with <paramref name="High"/>.</param>
public sealed record ChartSeries(
    string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, string? Color = null, SeriesStyle Style = SeriesStyle.Line,
    IReadOnlyList<double>? Faint = null, IReadOnlyList<double>? Low = null, IReadOnlyList<double>? High = null,
    bool Listed = true);
