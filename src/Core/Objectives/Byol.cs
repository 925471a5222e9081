using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>BYOL (Grill et al., arXiv 2006.07733): the prediction points where the target does.</summary>
public static class Byol
{
    /// <param name="prediction">(B,D) of the online network.</param>
    /// <param name="target">(B,D) of the target network; no gradient flows into it.</param>
    public static Tensor Loss(Tensor prediction, Tensor target)
    {
        using var scope = NewDisposeScope();
        var cosine = (nn.functional.normalize(prediction, p: 2, dim: 1) * nn.functional.normalize(target.detach(), p: 2, dim: 1)).sum(1);
        return (2 - (2 * cosine.mean())).MoveToOuterDisposeScope();
    }
}
