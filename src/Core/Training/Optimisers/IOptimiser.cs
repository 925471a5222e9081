using static TorchSharp.torch;

namespace PatchSsl.Core.Training.Optimisers;

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

/// <summary>Settings of <see cref="Lars"/>.</summary>
public sealed record LarsOptions
{
    /// <summary>Momentum, 0 to 0.999; default 0.9. Nesterov's form.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Added to a matrix's gradient, times the weight, 0 to 1; default 1e-4. Vectors (biases, norms) have none.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>η, the trust coefficient, 1e-6 to 1; default 0.005.</summary>
    public double Eta { get; init; } = 0.005;

    /// <summary>True (default) for LARS; false for plain SGD with Nesterov momentum: every local rate is 1.</summary>
    public bool Adaptive { get; init; } = true;
}
