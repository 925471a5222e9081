namespace PatchSsl.Api.Jobs;

/// <summary>Rate and time left, from the progress of the last seconds.</summary>
public sealed class ProgressMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);
    private readonly Queue<(long At, long Done)> _seen = [];
    private string _unit = "";
    private long _newest;

    /// <summary>Units a second, and seconds left at that rate; null until two reports lie far enough apart.</summary>
    public (double? Rate, double? EtaSeconds) Measure(WorkerEvent.Progress progress)
    {
        if (progress.Unit != _unit || progress.Done < _newest) _seen.Clear();
        (_unit, _newest) = (progress.Unit, progress.Done);
        var now = time.GetTimestamp();
        while (_seen.Count > 1 && time.GetElapsedTime(_seen.Peek().At, now) > Window) _seen.Dequeue();
        _seen.Enqueue((now, progress.Done));
        var (at, done) = _seen.Peek();
        var seconds = time.GetElapsedTime(at, now).TotalSeconds;
        if (seconds < .5 || progress.Done <= done) return (null, null);
        var rate = (progress.Done - done) / seconds;
        return (rate, progress.Total > progress.Done ? (progress.Total - progress.Done) / rate : null);
    }
}
