using System.Globalization;

namespace PatchSsl.Bench;

/// <summary>Figures as a table: for the terminal, or in Markdown.</summary>
internal static class ReportTable
{
    private static readonly string[] Columns = ["", "ours", "peer", "× peer", "limit", "of limit", "goal", ""];

    public static string Markdown(Report report) => string.Join('\n',
    [
        $"| {string.Join(" | ", Columns[..^1])} | met |",
        $"|{string.Concat(Enumerable.Repeat(" --- |", Columns.Length))}",
        .. report.Figures.Select(figure => $"| {string.Join(" | ", Cells(figure))} |"),
    ]) + "\n";

    public static string Text(Report report)
    {
        string[][] rows = [Columns, .. report.Figures.Select(Cells)];
        var widths = Enumerable.Range(0, Columns.Length).Select(c => rows.Max(row => row[c].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("   ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd())) + "\n";
    }

    private static string[] Cells(Figure figure) =>
    [
        $"{figure.Name}, {figure.Unit}",
        Number(figure.Ours),
        Beside(figure.Peer, figure.PeerName),
        figure.TimesPeer is { } times ? Number(times) : "",
        Beside(figure.Limit, figure.LimitName),
        figure.OfLimit is { } share ? share.ToString("0.00", CultureInfo.InvariantCulture) : "",
        figure.Goal?.Text ?? "",
        figure.GoalMet switch { true => "yes", false => "no", _ => "" },
    ];

    private static string Beside(double? value, string? name) => value is { } v ? name is null ? Number(v) : $"{Number(v)} ({name})" : "";

    /// <summary>Three digits that count.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < .01 => value.ToString("0.####", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };
}
