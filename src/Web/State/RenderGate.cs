namespace PatchSsl.Web.State;

/// <summary>Lets a burst of changes through as at most five renders a second, the last change always among them.</summary>
public sealed class RenderGate(TimeProvider time, Action render) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly Lock _lock = new();
    private long _last;
    private bool _opened;
    private ITimer? _pending;

    /// <summary>Something changed.</summary>
    public void Request()
    {
        lock (_lock)
        {
            if (_pending is not null) return;
            var wait = _opened ? Interval - time.GetElapsedTime(_last) : TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                _pending = time.CreateTimer(_ => Open(), null, wait, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        Open();
    }

    public void Dispose()
    {
        lock (_lock) _pending?.Dispose();
    }

    private void Open()
    {
        lock (_lock)
        {
            _pending?.Dispose();
            _pending = null;
            _opened = true;
            _last = time.GetTimestamp();
        }
        render();
    }
}
