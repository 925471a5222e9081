using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Runtime;

/// <summary>The way from the host to the device that waits for nothing.</summary>
/// <remarks>
/// A copy from ordinary memory waits until the GPU has done all it was asked for so far. So the values go through a page-locked block, of those
/// libtorch keeps for reuse: it hands one out again only once the copies from it are done.
/// </remarks>
internal static class ToDevice
{
    /// <param name="host">On the CPU; given up.</param>
    /// <returns>The same values on the device: <paramref name="host"/> itself where that is the CPU.</returns>
    public static Tensor To(Device device, Tensor host)
    {
        if (device.type == DeviceType.CPU) return host;
        using var ordinary = host;
        if (device.type != DeviceType.CUDA) return ordinary.to(device);
        using var locked = ordinary.pin_memory();
        return locked.to(device, non_blocking: true);
    }
}
