using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>The projector: linear, norm, ReLU, …, linear. State is named <c>0.weight</c>, <c>1.weight</c>, … by place, ReLU counted.</summary>
/// <remarks>No layer has a bias: a norm follows all but the last, which has none in VICReg's code either.</remarks>
internal sealed class Projector : nn.Module<Tensor, (Tensor Hidden, Tensor Projection)>
{
    private readonly Linear[] linears;
    private readonly BatchNorm[] norms;

    public Projector(ModelSpec spec, ComputePlan plan) : base(nameof(Projector))
    {
        linears = new Linear[spec.ProjectorLayers];
        norms = new BatchNorm[spec.ProjectorLayers - 1];
        for (var i = 0; i < linears.Length; i++)
        {
            var last = i == linears.Length - 1;
            linears[i] = new Linear(i == 0 ? spec.EmbeddingDim : spec.ProjectorHidden, last ? spec.ProjectionDim : spec.ProjectorHidden, plan);
            register_module($"{3 * i}", linears[i]);
            if (last) break;
            norms[i] = new BatchNorm(spec.ProjectorHidden, plan);
            register_module($"{(3 * i) + 1}", norms[i]);
        }
    }

    /// <summary>First layer after ReLU, the vectors EMP-SSL evaluates.</summary>
    public Tensor Hidden(Tensor h) => norms[0].forward(linears[0].forward(h)).relu_();  // (N, F) → (N, hidden)

    /// <summary>The rest: from hidden (N, hidden) to projection (N, D).</summary>
    public Tensor Project(Tensor hidden)
    {
        var x = hidden;
        for (var i = 1; i < norms.Length; i++) x = norms[i].forward(linears[i].forward(x)).relu_();
        return linears[^1].forward(x);
    }

    public override (Tensor Hidden, Tensor Projection) forward(Tensor h)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(h);
        return (hidden.MoveToOuterDisposeScope(), Project(hidden).MoveToOuterDisposeScope());
    }
}
