using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>Sums over all pairs of views that need no pair to be formed.</summary>
internal static class Pairs
{
    /// <summary>Σ over the stack of |x xᵀ|², which is |xᵀ x|² too: the smaller product is formed.</summary>
    /// <param name="x">(S,n,m).</param>
    public static Tensor SquaredProducts(Tensor x)
    {
        var transposed = x.transpose(1, 2);                                             // (S, m, n)
        return (x.shape[1] <= x.shape[2] ? x.bmm(transposed) : transposed.bmm(x)).square().sum();
    }

    /// <summary>Sum of what is off the diagonals.</summary>
    /// <param name="x">(…,V,V).</param>
    public static Tensor OffDiagonal(Tensor x) => x.sum() - x.diagonal(0, -2, -1).sum();

    /// <summary>Number of ordered pairs of different views.</summary>
    public static double Count(Tensor z) => z.shape[0] * (z.shape[0] - 1);
}
