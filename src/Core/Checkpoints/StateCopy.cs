using PatchSsl.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>A copy of some state on the host, in memory that is taken once and used again for every copy.</summary>
/// <remarks>
/// Page-locked where the state is on a GPU, so that it arrives at the bus's full speed. On a CPU untouched pages take no memory: a run that ends
/// before its first checkpoint pays nothing. The tensors belong to no dispose scope, and may be read by another thread between two copies.
/// </remarks>
internal sealed class StateCopy : IDisposable
{
    private readonly Device _device;
    private readonly (string Name, Tensor From, Tensor To)[] _entries;

    /// <param name="state">The tensors to copy from, each time; they stay the owner's.</param>
    public StateCopy(IEnumerable<(string Name, Tensor Value)> state, Device device)
    {
        _device = device;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _entries = [.. state.Select(s => (s.Name, s.Value, Host(s.Value).DetachFromDisposeScope()))];
    }

    /// <summary>What the last copy brought, by name.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _entries.Select(e => (e.Name, e.To))];

    /// <summary>Copies the state as it is now; waits for the device.</summary>
    public void Take() => HostSync.Read(_entries.Select(e => (e.From, e.To)), _device);

    public void Dispose()
    {
        foreach (var entry in _entries) entry.To.Dispose();
    }

    // In the memory order of the original: reordering is left to whoever writes it.
    private Tensor Host(Tensor like)
    {
        var host = empty_like(like, device: CPU);
        return _device.type == DeviceType.CUDA ? host.pin_memory() : host;
    }
}
