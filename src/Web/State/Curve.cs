using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.State;

/// <summary>
/// One metric of a run, kept to a bounded number of buckets: when it is full, neighbours are merged two by two and new points
/// fall into buckets of twice the width. Last, lowest and highest of a bucket survive, so no spike is lost.
/// </summary>
public sealed class Curve(int maxPoints = Curve.MaxPoints)
{
    /// <summary>What a chart draws at most.</summary>
    public const int MaxPoints = 2000;

    private List<MetricBucket> _points = [];
    private double _width; // Steps a bucket spans; 0 while every point has its own.
    private long _openedAt; // First step of the newest bucket.

    public IReadOnlyList<MetricBucket> Points => _points;

    /// <summary>True when buckets stand for more than one point.</summary>
    public bool Bucketed => _points.Any(p => p.Min < p.Max);

    /// <summary>Replaces everything by what the server returned.</summary>
    public void Load(IReadOnlyList<MetricBucket> points)
    {
        _points = [.. points];
        _width = points.Count > maxPoints / 2 ? (double)(points[^1].Step - points[0].Step) / (points.Count - 1) : 0;
        _openedAt = points.Count > 0 ? points[^1].Step : 0;
        while (_points.Count > maxPoints) Halve();
    }

    /// <summary>Adds a live point; one at a step already known (replayed after a resume) changes nothing.</summary>
    public void Append(MetricPoint point)
    {
        if (_points.Count > 0 && point.Step <= _points[^1].Step) return;
        if (_points.Count > 0 && _width > 0 && point.Step - _openedAt < _width)
        {
            var open = _points[^1];
            _points[^1] = Merge(open, new MetricBucket(point.Step, point.Value, point.Value, point.Value, point.Time));
            return;
        }
        _openedAt = point.Step;
        _points.Add(new MetricBucket(point.Step, point.Value, point.Value, point.Value, point.Time));
        if (_points.Count > maxPoints) Halve();
    }

    /// <summary>The curve with a stretch of it replaced by finer buckets, as after a zoom.</summary>
    public IReadOnlyList<MetricBucket> With(IReadOnlyList<MetricBucket> detail)
    {
        if (detail.Count == 0) return _points;
        var (from, to) = (detail[0].Step, detail[^1].Step);
        return [.. _points.Where(p => p.Step < from), .. detail, .. _points.Where(p => p.Step > to)];
    }

    private void Halve()
    {
        var merged = new List<MetricBucket>(_points.Count / 2 + 1);
        for (var i = 0; i + 1 < _points.Count; i += 2) merged.Add(Merge(_points[i], _points[i + 1]));
        if (_points.Count % 2 == 1) merged.Add(_points[^1]);
        _width = Math.Max(2 * _width, 2.0 * (_points[^1].Step - _points[0].Step) / (_points.Count - 1));
        _points = merged;
    }

    // Math.Min and Max would spread NaN over the whole bucket; a bucket is NaN only where its last point is.
    private static MetricBucket Merge(MetricBucket a, MetricBucket b) => new(b.Step, b.Last,
        double.IsNaN(a.Min) ? b.Min : double.IsNaN(b.Min) ? a.Min : Math.Min(a.Min, b.Min),
        double.IsNaN(a.Max) ? b.Max : double.IsNaN(b.Max) ? a.Max : Math.Max(a.Max, b.Max), b.Time);
}
