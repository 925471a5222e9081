using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>A model as it embeds: norms folded into the layers before them, weights in the compute type. One thread at a time.</summary>
/// <remarks>
/// What it was made from is no longer needed. Training, and whatever needs the statistics of a batch, keeps to <see cref="SslModel"/>.
/// </remarks>
internal sealed class FoldedModel : IDisposable
{
    private readonly ComputePlan _plan;
    private readonly FoldedLayer _stem;
    private readonly FoldedBlock[] _blocks;
    private readonly FoldedLayer[] _projector;                                           // none without one

    private FoldedModel(ModelSpec spec, ComputePlan plan, IReadOnlyDictionary<string, Tensor> state)
    {
        (Spec, _plan) = (spec, plan);
        _stem = FoldedLayer.Of(state, "conv1", "bn1", plan, spec.Stem == Stem.ImageNet ? 2 : 1);
        _blocks =
        [
            .. from stage in Enumerable.Range(1, 4)
               from i in Enumerable.Range(0, ResNet.Blocks(spec.Depth)[stage - 1])
               select FoldedBlock.Of(state, $"layer{stage}.{i}", ResNet.IsWide(spec.Depth), stage > 1 && i == 0 ? 2 : 1, plan),
        ];
        _projector =
        [
            .. from i in Enumerable.Range(0, spec.HasProjector ? spec.ProjectorLayers : 0)
               let isLast = i == spec.ProjectorLayers - 1
               select FoldedLayer.Of(state, $"projector.{3 * i}", isLast ? null : $"projector.{(3 * i) + 1}", plan),
        ];
    }

    public ModelSpec Spec { get; }

    /// <summary>Folds a model; its own tensors stay as they are.</summary>
    public static FoldedModel Of(SslModel model) =>
        new(model.Spec, model.Plan, model.State().ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal));

    /// <summary>Vectors of some kinds with one pass, computing no more than they need.</summary>
    /// <param name="patches">(N,3,P,P), normalised, on the plan's device, any floating type and memory order.</param>
    /// <returns>(N, Dim) for each space, in the plan's master type.</returns>
    public Tensor[] Vectors(Tensor patches, IReadOnlyList<VectorSpace> spaces)
    {
        if (patches.dim() != 4 || patches.shape[1] != 3)
            throw new ArgumentException($"Patches must be (N,3,{Spec.InputSize},{Spec.InputSize}), got ({string.Join(',', patches.shape)}).", nameof(patches));
        foreach (var space in spaces) _ = Spec.Dim(space) ?? throw SslModel.NotGiven(space);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var h = Embedding(patches);                                                     // (N, F)
        var hidden = spaces.Any(s => s != VectorSpace.Embedding) ? _projector[0].Multiply(h).relu_() : null;               // (N, hidden)
        var z = spaces.Contains(VectorSpace.Projection) ? Projection(hidden!) : null;   // (N, D)
        return [.. spaces.Select(space => Leave(space switch { VectorSpace.Embedding => h, VectorSpace.Hidden => hidden!, _ => z! }))];
    }

    public void Dispose()
    {
        _stem.Dispose();
        foreach (var block in _blocks) block.Dispose();
        foreach (var layer in _projector) layer.Dispose();
    }

    private Tensor Embedding(Tensor patches)
    {
        using var scope = NewDisposeScope();
        var x = patches.to(_plan.Compute).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);                             // (N, 3, P, P)
        x = _stem.Convolve(x).relu_();                                                   // (N, C, P, P)
        if (Spec.Stem == Stem.ImageNet) x = Next(nn.functional.max_pool2d(x, 3, stride: 2, padding: 1));                   // (N, C, P/4, P/4)
        foreach (var block in _blocks) x = Next(block.Forward(x));                       // (N, 8C, P/8, P/8)
        return x.mean([2, 3]).MoveToOuterDisposeScope();                                // (N, F)

        // What a layer was given goes as soon as it has answered: two activations at a time, not the network's.
        Tensor Next(Tensor y)
        {
            x.Dispose();
            return y;
        }
    }

    private Tensor Projection(Tensor hidden)
    {
        var x = hidden;
        foreach (var layer in _projector.AsSpan(1, _projector.Length - 2)) x = layer.Multiply(x).relu_();
        return _projector[^1].Multiply(x);
    }

    private Tensor Leave(Tensor x) => x.to(_plan.Master, copy: true).MoveToOuterDisposeScope();
}
