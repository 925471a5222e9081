using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Optimisers;

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

/// <summary>SGD with Nesterov momentum, wrapped in clipped LARS.</summary>
/// <remarks>
/// As in EMP-SSL's code. Matrices (two dimensions or more): local = min(η|p| / (|g| + λ|p| + 1e-8) / lr, 1) and g ← (g + λp)·local; where
/// |p| or |g| is 0 the gradient stays as it is. Vectors: the plain gradient. Then m ← μm + g and p ← p - lr (g + μm).
/// Without <see cref="LarsOptions.Adaptive"/> local is 1: plain SGD, the same vectors left undecayed.
/// Norms stay on the device, so a step queues work and waits for nothing. On a CPU, <see cref="LarsKernel"/> does the same in two passes.
/// </remarks>
public sealed class Lars : IOptimiser
{
    private const double Epsilon = 1e-8;

    private readonly LarsOptions _options;
    private readonly Entry[] _entries;

    public Lars(IEnumerable<(string Name, Parameter Parameter)> parameters, LarsOptions options)
    {
        _options = options;
        using var frozen = no_grad();
        _entries = [.. parameters.Select(p => new Entry(p.Name, p.Parameter, zeros_like(p.Parameter).DetachFromDisposeScope()))];
    }

    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _entries.Select(e => ("momentum." + e.Name, e.Momentum))];

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var active = new List<(Entry Entry, Tensor Gradient)>(_entries.Length);
        foreach (var entry in _entries)
            if (entry.Parameter.grad is { } gradient) active.Add((entry, gradient));

        if (LarsKernel.TryStep([.. active.Select(a => ((Tensor)a.Entry.Parameter, a.Gradient, a.Entry.Momentum))], _options, learningRate)) return;
        var matrices = active.Where(a => a.Entry.Parameter.dim() > 1).ToArray();
        if (_options.Adaptive) ScaleMatrices(matrices, learningRate);
        else foreach (var (entry, gradient) in matrices) gradient.add_(entry.Parameter, alpha: _options.WeightDecay);
        foreach (var (entry, gradient) in active)
        {
            entry.Momentum.mul_(_options.Momentum).add_(gradient);
            entry.Parameter.add_(gradient, alpha: -learningRate).add_(entry.Momentum, alpha: -learningRate * _options.Momentum);
        }
    }

    public void ZeroGrad()
    {
        foreach (var entry in _entries) entry.Parameter.grad = null;
    }

    public void Dispose()
    {
        foreach (var entry in _entries) entry.Momentum.Dispose();
    }

    /// <summary>What a matrix's gradient is given of the weights, and then multiplied by.</summary>
    /// <param name="weights">|p|.</param>
    /// <param name="gradients">|g|.</param>
    internal static (float Decay, float Local) Scale(double weights, double gradients, LarsOptions options, double learningRate)
    {
        if (weights == 0 || gradients == 0) return (0, 1);
        var trust = weights * options.Eta / (gradients + (weights * options.WeightDecay) + Epsilon) / learningRate;
        return ((float)options.WeightDecay, (float)Math.Min(trust, 1));
    }

    private void ScaleMatrices((Entry Entry, Tensor Gradient)[] matrices, double learningRate)
    {
        if (matrices.Length == 0) return;
        var weights = stack(matrices.Select(m => m.Entry.Parameter.norm()));            // (M)
        var gradients = stack(matrices.Select(m => m.Gradient.norm()));                 // (M)
        var moves = (weights != 0).logical_and_(gradients != 0);
        var trust = weights * _options.Eta / (gradients + (weights * _options.WeightDecay) + Epsilon) / learningRate;
        var local = where(moves, trust.clamp_max(1), ones_like(trust)).unbind();        // M × ()
        var decay = (moves.to(weights.dtype) * _options.WeightDecay).unbind();
        for (var i = 0; i < matrices.Length; i++)
            matrices[i].Gradient.addcmul_(matrices[i].Entry.Parameter, decay[i], 1).mul_(local[i]);
    }

    private sealed record Entry(string Name, Parameter Parameter, Tensor Momentum);
}
