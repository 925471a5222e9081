namespace PatchSsl.Core.Training;

/// <summary>Keeps a measurement within a share of the time, by what it was measured to take.</summary>
/// <remarks>
/// It may be taken while what it took so far, and would take once more, stays within the share of all the time since the start. So the first
/// one is always taken, and a dear one then waits until it has paid for itself.
/// </remarks>
/// <param name="share">Allowed share of the time, 0 to 1.</param>
internal sealed class WatchBudget(double share, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private TimeSpan _last;

    /// <summary>Time the measurements took.</summary>
    public TimeSpan Spent { get; private set; }

    /// <summary>Measurements taken.</summary>
    public int Taken { get; private set; }

    /// <summary>True where there is time for one more.</summary>
    public bool HasRoom => Spent + _last <= share * time.GetElapsedTime(_startedAt);

    /// <summary>Takes a measurement, and its time.</summary>
    public void Take(Action measure)
    {
        var from = time.GetTimestamp();
        measure();
        _last = time.GetElapsedTime(from);
        Spent += _last;
        Taken++;
    }
}
