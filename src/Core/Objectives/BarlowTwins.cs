using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

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
