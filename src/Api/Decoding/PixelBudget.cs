namespace PatchSsl.Api.Decoding;

/// <summary>Bounds the decoded pixels in memory at once: first come, first served, whatever the images' sizes.</summary>
public sealed class PixelBudget
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Pixels, TaskCompletionSource Granted)> _waiting = [];
    private readonly long _pixels;
    private long _free;

    public PixelBudget(long pixels) => _pixels = _free = pixels;

    /// <summary>Waits until the pixels fit; an image larger than the whole budget waits for all of it. Dispose the result to give them back.</summary>
    public async Task<IDisposable> AcquireAsync(long wanted, CancellationToken cancel)
    {
        var share = Math.Min(wanted, _pixels);
        var entry = new LinkedListNode<(long, TaskCompletionSource Granted)>(
            (share, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= share)
            {
                _free -= share;
                return new Grant(this, share);
            }
            _waiting.AddLast(entry);
        }
        using var registration = cancel.Register(() => GiveUp(entry, cancel));
        await entry.Value.Granted.Task;
        return new Grant(this, share);
    }

    private void GiveUp(LinkedListNode<(long, TaskCompletionSource Granted)> entry, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (entry.List is null) return; // granted a moment ago
            _waiting.Remove(entry);
            ServeWaiting();
        }
        entry.Value.Granted.TrySetCanceled(cancel);
    }

    private void Return(long share)
    {
        lock (_gate)
        {
            _free += share;
            ServeWaiting();
        }
    }

    private void ServeWaiting()
    {
        while (_waiting.First is { } first && first.Value.Pixels <= _free)
        {
            _free -= first.Value.Pixels;
            _waiting.RemoveFirst();
            first.Value.Granted.SetResult();
        }
    }

    private sealed class Grant(PixelBudget budget, long share) : IDisposable
    {
        private long _share = share;

        public void Dispose() => budget.Return(Interlocked.Exchange(ref _share, 0));
    }
}
