using static TorchSharp.torch;

namespace PatchSsl.Core.Embedding;

/// <summary>Patches as a network takes them: cut out, resized, normalised and on the device.</summary>
public sealed class PatchInput : IDisposable
{
    internal PatchInput(Tensor patches) => Patches = patches.DetachFromDisposeScope();

    /// <summary>(N,3,P,P) float32.</summary>
    internal Tensor Patches { get; }

    /// <summary>N, patches.</summary>
    public int Count => (int)Patches.shape[0];

    /// <inheritdoc/>
    public void Dispose() => Patches.Dispose();
}
