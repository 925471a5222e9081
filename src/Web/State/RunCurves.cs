using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.State;

/// <summary>What the x axis of a run's curves is.</summary>
public enum CurveAxis { Step, Elapsed, Clock }

/// <summary>How curves are looked at.</summary>
/// <param name="Smoothing">Weight of the exponential average, 0 to 0.99.</param>
public sealed record CurveLook(double Smoothing = 0, CurveAxis Axis = CurveAxis.Step, bool LogY = false);

/// <summary>Every curve of a run: loaded once, then fed.</summary>
public sealed class RunCurves
{
    private readonly Dictionary<string, Curve> _curves = [];
    private readonly Dictionary<string, IReadOnlyList<MetricBucket>> _details = [];

    /// <summary>Metric names, as panels order them.</summary>
    public IEnumerable<string> Names => _curves.Keys.Where(MetricNames.IsShown).OrderBy(MetricNames.Order).ThenBy(n => n, StringComparer.Ordinal);

    public Curve? this[string name] => _curves.GetValueOrDefault(name);

    public void Load(RunMetrics metrics)
    {
        _curves.Clear();
        _details.Clear();
        foreach (var series in metrics.Series) Get(series.Name).Load(series.Points);
    }

    public void Append(IEnumerable<MetricPoint> points)
    {
        foreach (var point in points) Get(point.Name).Append(point);
    }

    /// <summary>Finer buckets of a stretch of one curve; null goes back to the whole.</summary>
    public void Zoom(string name, IReadOnlyList<MetricBucket>? detail)
    {
        if (detail is null) _details.Remove(name);
        else _details[name] = detail;
    }

    /// <summary>The last value in words, with its unit.</summary>
    public string? Newest(string name) => this[name] is { Points: [.., var last] } ? MetricNames.Value(name, last.Last, KnnImages) : null;

    /// <summary>Images that the online kNN's accuracy is counted in; null where the run does not say.</summary>
    public int? KnnImages => this[MetricNames.KnnImages] is { Points: [.., var last] } ? (int)last.Last : null;

    /// <summary>Step of the last value; null without one.</summary>
    public long? NewestStep(string name) => this[name] is { Points: [.., var last] } ? last.Step : null;

    /// <summary>A curve ready to draw.</summary>
    public ChartSeries Series(string name, CurveLook view)
    {
        var points = _details.TryGetValue(name, out var detail) ? Get(name).With(detail) : Get(name).Points;
        var start = points.Count > 0 ? points[0].Time : default;
        var x = new double[points.Count];
        var y = new double[points.Count];
        for (var i = 0; i < points.Count; i++)
        {
            x[i] = view.Axis switch
            {
                CurveAxis.Step => points[i].Step,
                CurveAxis.Elapsed => (points[i].Time - start).TotalMinutes,
                _ => points[i].Time.ToUnixTimeMilliseconds(),
            };
            y[i] = points[i].Last;
        }
        var banded = points.Any(p => p.Min < p.Max);
        return new ChartSeries(MetricNames.Title(name), x, view.Smoothing > 0 ? Smoothing.Average(y, view.Smoothing) : y,
            Faint: view.Smoothing > 0 ? y : null,
            Low: banded ? [.. points.Select(p => p.Min)] : null, High: banded ? [.. points.Select(p => p.Max)] : null);
    }

    /// <summary>The steps under a stretch of the x axis.</summary>
    public (long From, long To)? Steps(string name, CurveLook view, ChartRange range)
    {
        if (this[name] is not { Points.Count: > 1 } curve) return null;
        if (view.Axis == CurveAxis.Step) return ((long)Math.Floor(range.From), (long)Math.Ceiling(range.To));
        var series = Series(name, view);
        var inside = curve.Points.Where((_, i) => i < series.X.Count && series.X[i] >= range.From && series.X[i] <= range.To).ToList();
        return inside.Count == 0 ? null : (inside[0].Step, inside[^1].Step);
    }

    private Curve Get(string name)
    {
        if (!_curves.TryGetValue(name, out var curve)) _curves[name] = curve = new Curve();
        return curve;
    }
}
