using PatchSsl.Core.Objectives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>The companions of a model in training: a predictor, a target network, both, or (for most objectives) none.</summary>
/// <remarks>
/// State names: <c>predictor.0.weight</c>, … and <c>target.</c> followed by the name in the model. They go into checkpoints, so that a run
/// resumes exactly; whoever uses the model needs neither. The target starts as the model does. It has no gradient: its weights only
/// follow the model's. Its norms use the statistics of the batch, as the model's do, and keep running averages of their own.
/// </remarks>
public sealed class Companions : IDisposable
{
    private readonly SslModel _model;
    private readonly Predictor? _predictor;
    private readonly SslModel? _target;
    private readonly (Parameter Online, Parameter Target)[] _followed = [];

    private Companions(CompanionSpec spec, SslModel model)
    {
        _model = model;
        if (spec.PredictorHidden > 0) _predictor = new Predictor(model.Spec.ProjectionDim, spec.PredictorHidden, model.Plan);
        if (!spec.HasTarget) return;
        _target = SslModel.Blank(model.Spec, model.Plan);
        _followed = [.. model.Parameters().Zip(_target.Parameters(), (online, copy) => (online.Parameter, copy.Parameter))];
        foreach (var (_, copy) in _followed) copy.requires_grad = false;
    }

    /// <summary>The companions of a freshly made model; the predictor's first values are drawn as the model's are.</summary>
    public static Companions Create(CompanionSpec spec, SslModel model, long seed)
    {
        var companions = new Companions(spec, model);
        if (companions._predictor is { } predictor) Initialisation.Apply(predictor, "predictor.", seed);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (companions._target is { } target)
            foreach (var ((_, online), (_, copy)) in model.State().Zip(target.State())) copy.copy_(online);
        return companions;
    }

    /// <summary>What the objective is computed on.</summary>
    /// <param name="patches">(N,3,P,P), as the model got them.</param>
    /// <param name="z">(N,D), the model's projections of them.</param>
    /// <param name="views">V.</param>
    public Projections Project(Tensor patches, Tensor z, long views) => new(
        ViewOrder.Unfold(_predictor is null ? z : _predictor.forward(z), views),   // (V, B, D)
        _target is null ? null : ViewOrder.Unfold(OfTarget(_target, patches), views));

    /// <summary>Moves the target's weights towards the model's: target ← τ·target + (1 - τ)·model. Waits for no device.</summary>
    /// <param name="momentum">τ, 0 to 1.</param>
    public void Follow(double momentum)
    {
        if (_followed.Length == 0) return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (online, copy) in _followed) copy.mul_(momentum).add_(online, alpha: 1 - momentum);
    }

    /// <summary>What an optimiser changes: the predictor's.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters() =>
        _predictor is null ? [] : [.. _predictor.named_parameters().Select(p => ("predictor." + p.name, p.parameter))];

    /// <summary>Parameters and statistics, by state name. The tensors are the companions' own.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State() =>
    [
        .. _predictor is null ? [] : SslModel.StateOf(_predictor, "predictor."),
        .. _target is null ? [] : _target.State().Select(s => ("target." + s.Name, s.Value)),
    ];

    public void Dispose()
    {
        _predictor?.Dispose();
        _target?.Dispose();
    }

    private static Tensor OfTarget(SslModel target, Tensor patches)
    {
        using var frozen = no_grad();
        return target.Vectors(patches, VectorSpace.Projection);                         // (N, D)
    }
}
