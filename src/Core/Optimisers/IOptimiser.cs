using static TorchSharp.torch;

namespace PatchSsl.Core.Optimisers;

/// <summary>Changes parameters by their gradients. Its state is its own, by parameter name, and goes into checkpoints.</summary>
public interface IOptimiser : IDisposable
{
    /// <summary>One step at a learning rate; uses the gradients up. Waits for no device.</summary>
    void Step(double learningRate);

    /// <summary>Drops the gradients, so that the next backward pass writes instead of adding.</summary>
    void ZeroGrad();

    /// <summary>State tensors by name (<c>momentum.layer1.0.conv1.weight</c>); the optimiser's own, to be read or copied into.</summary>
    IReadOnlyList<(string Name, Tensor Value)> State { get; }
}
