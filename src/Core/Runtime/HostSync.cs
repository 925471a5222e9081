using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Runtime;

/// <summary>The one way training reads values back from the device, which waits for all work queued before. The other way is <see cref="ToDevice"/>.</summary>
/// <remarks>
/// The waits are counted, so that a test can say how many a step has. On a CPU a wait costs nothing and is counted all the same: one count
/// holds for every device.
/// </remarks>
internal static class HostSync
{
    [ThreadStatic]
    private static long _count;

    /// <summary>Waits of the calling thread so far.</summary>
    public static long Count => _count;

    /// <summary>Some single values, with one wait for all of them.</summary>
    /// <param name="values">Each (), of any floating type and on one device.</param>
    public static float[] Read(IReadOnlyList<Tensor> values)
    {
        if (values.Count == 0) return [];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _count++;
        return stack(values).to(ScalarType.Float32).cpu().data<float>().ToArray();      // (n)
    }

    /// <summary>A truth value.</summary>
    /// <param name="value">(), of bool.</param>
    public static bool Read(Tensor value)
    {
        _count++;
        return value.item<bool>();
    }

    /// <summary>Copies tensors into others on the host, and waits once, until all have arrived.</summary>
    /// <param name="copies">Targets have their source's shape and type; page-locked where the source is on a GPU, or each copy waits by itself.</param>
    public static void Read(IEnumerable<(Tensor From, Tensor To)> copies, Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (from, to) in copies) to.copy_(from, true);
        _count++;
        if (device.type == DeviceType.CUDA) cuda.synchronize(device);
    }
}
