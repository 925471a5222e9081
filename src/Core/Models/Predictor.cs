using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>BYOL's predictor: linear, norm, ReLU, linear, from a projection to one of the same length. State is named by place, as the projector's.</summary>
/// <remarks>No biases, as in the projector: the norm has one, and the last layer's would only turn every prediction the same way.</remarks>
internal sealed class Predictor : nn.Module<Tensor, Tensor>
{
    private readonly Linear input;
    private readonly BatchNorm norm;
    private readonly Linear output;
    private readonly ComputePlan plan;

    public Predictor(long dim, long hidden, ComputePlan plan) : base(nameof(Predictor))
    {
        this.plan = plan;
        input = new Linear(dim, hidden, plan);
        norm = new BatchNorm(hidden, plan);
        output = new Linear(hidden, dim, plan);
        register_module("0", input);
        register_module("1", norm);
        register_module("3", output);
    }

    /// <param name="z">(N,D) in the plan's master type.</param>
    /// <returns>(N,D) in the master type.</returns>
    public override Tensor forward(Tensor z)
    {
        using var scope = NewDisposeScope();
        var x = norm.forward(input.forward(z.to(plan.Compute))).relu_();                // (N, hidden)
        return output.forward(x).to(plan.Master).MoveToOuterDisposeScope();             // (N, D)
    }
}
