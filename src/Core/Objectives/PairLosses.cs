using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>NT-Xent of SimCLR (Chen et al., arXiv 2002.05709): of 2B-1 others, each patch must pick its partner.</summary>
public static class SimClr
{
    /// <param name="a">(B,D), any length of rows: they are made unit.</param>
    /// <param name="b">(B,D), row i the partner of row i of <paramref name="a"/>.</param>
    public static Tensor Loss(Tensor a, Tensor b, double temperature)
    {
        using var scope = NewDisposeScope();
        var images = a.shape[0];
        var unit = nn.functional.normalize(cat([a, b]), p: 2, dim: 1);                  // (2B, D)
        var self = eye(2 * images, dtype: ScalarType.Bool, device: a.device);
        var logits = (unit.mm(unit.t()) / temperature).masked_fill(self, double.NegativeInfinity);
        var partner = arange(2 * images, device: a.device).roll(images);                // i ↔ i + B
        return nn.functional.cross_entropy(logits, partner).MoveToOuterDisposeScope();
    }
}

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

/// <summary>Barlow Twins (Zbontar et al., arXiv 2103.03230): the cross-correlation of the two views is the identity.</summary>
public static class BarlowTwins
{
    private const double Epsilon = 1e-5;

    /// <param name="a">(B,D).</param>
    /// <param name="b">(B,D).</param>
    /// <param name="lambda">Weight of what is off the diagonal.</param>
    /// <param name="scale">Factor on the whole.</param>
    public static Tensor Loss(Tensor a, Tensor b, double lambda = 0.005, double scale = 0.025)
    {
        using var scope = NewDisposeScope();
        var correlation = Standardised(a).t().mm(Standardised(b)) / a.shape[0];         // (D, D)
        var squares = (correlation - eye(a.shape[1], dtype: a.dtype, device: a.device)).square();
        var diagonal = squares.diagonal().sum();
        return (scale * (diagonal + (lambda * (squares.sum() - diagonal)))).MoveToOuterDisposeScope();
    }

    private static Tensor Standardised(Tensor z) =>
        (z - z.mean([0], keepdim: true)) * (z.var([0], unbiased: false, keepdim: true) + Epsilon).rsqrt();
}

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
