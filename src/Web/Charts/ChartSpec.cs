using System.Runtime.InteropServices;

namespace PatchSsl.Web.Charts;

/// <summary>What an axis counts.</summary>
public enum XAxis { Number, Log, Date }

/// <summary>The part of the x axis a person zoomed to; in milliseconds since 1970 on a date axis.</summary>
public sealed record ChartRange(double From, double To);

/// <summary>A chart without its numbers, as the script takes it.</summary>
internal sealed record ChartSpec(
    IReadOnlyList<SeriesSpec> Series, string XTitle, string YTitle, bool LogX, bool LogY, bool Dates, bool Percent, string Revision,
    IReadOnlyList<double>? Ticks = null, bool Close = false);

/// <param name="Style">points, lineAndPoints, dashed, faint or line.</param>
internal sealed record SeriesSpec(string Name, int Length, string? Color, string Style, bool Faint, bool Band, bool Listed = true);

/// <summary>The numbers of a chart as one block of float64: 60,000 of them cross to the script as one copy instead of as JSON.</summary>
internal static class ChartData
{
    public static byte[] Pack(IReadOnlyList<ChartSeries> series)
    {
        var total = series.Sum(s => s.X.Count * (2 + (HasBand(s) ? 2 : 0) + (s.Faint is null ? 0 : 1)));
        var values = new double[total];
        var at = 0;
        foreach (var s in series)
        {
            Copy(s.X);
            Copy(s.Y);
            if (HasBand(s))
            {
                Copy(s.Low!);
                Copy(s.High!);
            }
            if (s.Faint is not null) Copy(s.Faint);
        }
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

        void Copy(IReadOnlyList<double> from)
        {
            if (from is double[] array) array.CopyTo(values, at);
            else for (var i = 0; i < from.Count; i++) values[at + i] = from[i];
            at += from.Count;
        }
    }

    public static bool HasBand(ChartSeries series) => series.Low is not null && series.High is not null;
}
