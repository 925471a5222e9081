namespace PatchSsl.Core.Images.Import;

/// <summary>Bounds the pixels being decoded at once, so that a few huge images do not fill the memory. One image always passes.</summary>
internal sealed class PixelBudget(long limit)
{
    private readonly object gate = new();
    private long taken;

    /// <summary>Waits until there is room.</summary>
    public Lease Take(long pixels)
    {
        lock (gate)
        {
            while (taken > 0 && taken + pixels > limit) Monitor.Wait(gate);
            taken += pixels;
        }
        return new Lease(this, pixels);
    }

    private void Return(long pixels)
    {
        lock (gate)
        {
            taken -= pixels;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Gives the room back.</summary>
    public readonly struct Lease(PixelBudget budget, long pixels) : IDisposable
    {
        public void Dispose() => budget.Return(pixels);
    }
}
