namespace PatchSsl.Core.Images.Import;

/// <summary>Bounds the pixels being decoded at once, so that a few huge images do not fill the memory. One image always passes.</summary>
internal sealed class DecodeBudget(long limit)
{
    private readonly object _gate = new();
    private long _taken;

    /// <summary>Waits until there is room.</summary>
    public Lease Take(long pixels)
    {
        lock (_gate)
        {
            while (_taken > 0 && _taken + pixels > limit) Monitor.Wait(_gate);
            _taken += pixels;
        }
        return new Lease(this, pixels);
    }

    private void Return(long pixels)
    {
        lock (_gate)
        {
            _taken -= pixels;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Gives the room back.</summary>
    public readonly struct Lease(DecodeBudget budget, long pixels) : IDisposable
    {
        public void Dispose() => budget.Return(pixels);
    }
}
