using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Runs;

/// <summary>Curves reduced to what a screen shows: per bucket of steps the last, smallest and largest value. Memory grows with the buckets only.</summary>
public static class MetricBuckets
{
    public static async Task<IReadOnlyList<MetricSeries>> ReadAsync(IQueryable<MetricRow> rows, int maxPoints, CancellationToken cancellationToken)
    {
        var range = await rows.GroupBy(_ => 1).Select(g => new { First = g.Min(m => m.Step), Last = g.Max(m => m.Step) }).SingleOrDefaultAsync(cancellationToken);
        if (range is null) return [];
        var width = (range.Last - range.First) / maxPoints + 1;
        var series = new List<MetricSeries>();
        var points = new List<MetricBucket>();
        var (name, bucket) = ((string?)null, -1L);
        await foreach (var row in rows.OrderBy(m => m.Name).ThenBy(m => m.Step).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (row.Name != name)
            {
                points = [];
                series.Add(new MetricSeries(row.Name, points));
                (name, bucket) = (row.Name, -1);
            }
            var at = (row.Step - range.First) / width;
            if (at != bucket) points.Add(new MetricBucket(row.Step, row.Value, row.Value, row.Value, row.Time));
            else points[^1] = Widen(points[^1], row);
            bucket = at;
        }
        return series;
    }

    /// <summary>NaN has no place in an order: it shows as the last value, and the band is that of the others.</summary>
    private static MetricBucket Widen(MetricBucket bucket, MetricRow row) => new(
        row.Step, row.Value, Choose(bucket.Min, row.Value, Math.Min), Choose(bucket.Max, row.Value, Math.Max), row.Time);

    private static double Choose(double a, double b, Func<double, double, double> better) =>
        double.IsNaN(a) ? b : double.IsNaN(b) ? a : better(a, b);
}
