using System.Runtime.InteropServices;

namespace PatchSsl.Web.Charts;

/// <summary>What of each series the script keeps, and how many values follow; the rest of the series is what it has already.</summary>
internal sealed record SeriesUpdate(int Keep, int Length);

/// <summary>
/// What the script holds of a chart's numbers, so that a live point crosses alone: a curve of 2,000 points is sent once, and again only
/// when it changes from the front, as when buckets are merged.
/// </summary>
internal sealed class ChartFeed
{
    private double[][][] _sent = [];

    /// <summary>What changed since the last call, as one block of float64: 60,000 of them cross as one copy instead of as JSON.</summary>
    public (IReadOnlyList<SeriesUpdate> Series, byte[] Values) Next(IReadOnlyList<ChartSeries> series)
    {
        var next = series.Select(Columns).ToArray();
        var updates = new SeriesUpdate[next.Length];
        var total = 0;
        for (var i = 0; i < next.Length; i++)
        {
            updates[i] = new SeriesUpdate(i < _sent.Length ? Common(_sent[i], next[i]) : 0, next[i][0].Length);
            total += (updates[i].Length - updates[i].Keep) * next[i].Length;
        }
        var values = new double[total];
        var at = 0;
        for (var i = 0; i < next.Length; i++)
        {
            foreach (var column in next[i])
            {
                column.AsSpan(updates[i].Keep).CopyTo(values.AsSpan(at));
                at += column.Length - updates[i].Keep;
            }
        }
        _sent = next;
        return (updates, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    /// <summary>Values at the front that are the same in every column, bit for bit, so that NaN is like NaN.</summary>
    private static int Common(double[][] old, double[][] now) => old.Length != now.Length ? 0 : old.Zip(now, (o, n) =>
        MemoryMarshal.AsBytes(o.AsSpan()).CommonPrefixLength(MemoryMarshal.AsBytes(n.AsSpan())) / sizeof(double)).Min();

    /// <summary>x, y, then both edges of the band, then what is drawn faint, as far as there is such.</summary>
    private static double[][] Columns(ChartSeries series)
    {
        IReadOnlyList<double>?[] columns = [series.X, series.Y, HasBand(series) ? series.Low : null, HasBand(series) ? series.High : null, series.Faint];
        return [.. columns.OfType<IReadOnlyList<double>>().Select(c => c as double[] ?? [.. c])];
    }

    public static bool HasBand(ChartSeries series) => series.Low is not null && series.High is not null;
}
