using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>Spectral contrastive loss (HaoChen et al., arXiv 2106.04156): the form that models co-occurrence.</summary>
public static class Spectral
{
    /// <summary>-2 E_joint[a·b] + E_product[(a·b)²], the product estimated over i ≠ j.</summary>
    /// <param name="a">(B,D).</param>
    /// <param name="b">(B,D).</param>
    public static (Tensor Loss, Tensor Positive, Tensor Negative) Loss(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var images = a.shape[0];
        var products = a.mm(b.t());                                                     // (B, B)
        var partners = products.diagonal();                                             // (B)
        var positive = partners.mean();
        var negative = (products.square().sum() - partners.square().sum()) / (images * (images - 1));
        return ((negative - (2 * positive)).MoveToOuterDisposeScope(), positive.MoveToOuterDisposeScope(), negative.MoveToOuterDisposeScope());
    }
}
