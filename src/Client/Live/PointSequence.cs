using PatchSsl.Client.Contracts;

namespace PatchSsl.Client.Live;

/// <summary>Puts batches of a run's points in order: each point once, none skipped unseen.</summary>
/// <param name="last">Newest sequence number already known.</param>
public sealed class PointSequence(long last)
{
    private long? _gapAfter;

    /// <summary>Newest sequence number taken.</summary>
    public long Last { get; private set; } = last;

    /// <summary>
    /// The new points of a batch, in order. A hole before one of them sets <paramref name="gap"/>: ask again after <see cref="Last"/>.
    /// If the answer to that has the same hole, the missing points do not exist and it is stepped over.
    /// </summary>
    public IReadOnlyList<MetricPoint> Take(IEnumerable<MetricPoint> batch, out bool gap)
    {
        gap = false;
        var taken = new List<MetricPoint>();
        foreach (var point in batch.OrderBy(p => p.Seq))
        {
            if (point.Seq <= Last) continue;
            if (point.Seq > Last + 1 && _gapAfter != Last)
            {
                _gapAfter = Last;
                gap = true;
                break;
            }
            Last = point.Seq;
            taken.Add(point);
        }
        return taken;
    }
}
