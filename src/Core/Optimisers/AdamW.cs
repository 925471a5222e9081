using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Optimisers;

/// <summary>Settings of <see cref="AdamW"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>β₁, share of the mean gradient that a step keeps, 0 to 0.9999; default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, share of the mean squared gradient that a step keeps, 0 to 0.999999; default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>λ, share of a matrix that a step at a rate of 1 takes off, 0 to 1; default 1e-4. Vectors (biases, norms) have none.</summary>
    public double WeightDecay { get; init; } = 1e-4;
}

/// <summary>Adam with decoupled weight decay.</summary>
/// <remarks>
/// Loshchilov, Hutter, arXiv 1711.05101, in PyTorch's form. Matrices (two dimensions or more): p ← p - lr λ p. Then, for all: m ← β₁m + (1-β₁)g,
/// v ← β₂v + (1-β₂)g², p ← p - lr m / (1-β₁ᵗ) / (√(v / (1-β₂ᵗ)) + 1e-8) at step t. The count of steps is kept on the CPU, so a step queues
/// work and waits for nothing.
/// </remarks>
public sealed class AdamW : IOptimiser
{
    private const double Epsilon = 1e-8;

    private readonly AdamWOptions _options;
    private readonly Entry[] _entries;
    private readonly Tensor _steps;                                                      // () int64 on the CPU

    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, AdamWOptions options)
    {
        _options = options;
        using var frozen = no_grad();
        _steps = zeros([], ScalarType.Int64).DetachFromDisposeScope();
        _entries = [.. parameters.Select(p => new Entry(p.Name, p.Parameter, Zeros(p.Parameter), Zeros(p.Parameter)))];

        static Tensor Zeros(Tensor like) => zeros_like(like).DetachFromDisposeScope();
    }

    public IReadOnlyList<(string Name, Tensor Value)> State =>
    [
        ("steps", _steps),
        .. _entries.SelectMany(e => new[] { ("mean." + e.Name, e.Mean), ("square." + e.Name, e.Square) }),
    ];

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var t = _steps.add_(1).item<long>();
        var rate = learningRate / (1 - Math.Pow(_options.Beta1, t));
        var squareFactor = 1 / (1 - Math.Pow(_options.Beta2, t));
        foreach (var entry in _entries)
        {
            if (entry.Parameter.grad is not { } gradient) continue;
            if (entry.Parameter.dim() > 1) entry.Parameter.mul_(1 - (learningRate * _options.WeightDecay));
            entry.Mean.mul_(_options.Beta1).add_(gradient, alpha: 1 - _options.Beta1);
            entry.Square.mul_(_options.Beta2).addcmul_(gradient, gradient, 1 - _options.Beta2);
            var scale = (entry.Square * squareFactor).sqrt_().add_(Epsilon);
            entry.Parameter.addcdiv_(entry.Mean, scale, -rate);
        }
    }

    public void ZeroGrad()
    {
        foreach (var entry in _entries) entry.Parameter.grad = null;
    }

    public void Dispose()
    {
        _steps.Dispose();
        foreach (var entry in _entries)
        {
            entry.Mean.Dispose();
            entry.Square.Dispose();
        }
    }

    private sealed record Entry(string Name, Parameter Parameter, Tensor Mean, Tensor Square);
}
