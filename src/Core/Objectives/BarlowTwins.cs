using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>Barlow Twins: the cross-correlation of two views over the batch is the identity.</summary>
/// <remarks>
/// Zbontar et al., arXiv 2103.03230: scale·(Σ_i (1 - C_ii)² + λ Σ_{i≠j} C²_ij) with C = Z_aᵀ Z_b / B, dimensions standardised over the batch
/// (biased variance + 1e-5). V &gt; 2 views: the average over all pairs, without a D×D matrix for each, since Σ_{a≠b} |Z_aᵀ Z_b|² is
/// |Σ_a Z_a Z_aᵀ|² - Σ_a |Z_a Z_aᵀ|².
/// </remarks>
/// <param name="lambda">Weight of what is off the diagonal.</param>
/// <param name="scale">Factor on the whole.</param>
public sealed class BarlowTwins(double lambda, double scale) : IObjective
{
    private const double Epsilon = 1e-5;

    public string Name => "barlow-twins";

    public ObjectiveValue Compute(Projections views)
    {
        ViewOrder.Check(views.Online);
        using var scope = NewDisposeScope();
        var (onDiagonal, offDiagonal) = Terms(Standardised(views.Online));
        return ObjectiveValue.Of(scale * (onDiagonal + (lambda * offDiagonal)), ("onDiagonal", onDiagonal), ("offDiagonal", offDiagonal));
    }

    /// <summary>Σ_i (1 - C_ii)² and Σ_{i≠j} C²_ij, averaged over pairs of views.</summary>
    private static (Tensor OnDiagonal, Tensor OffDiagonal) Terms(Tensor z)              // (V, B, D) → (), ()
    {
        var (pairs, images) = (Pairs.Count(z), z.shape[1]);
        var byDimension = z.permute(2, 0, 1);                                           // (D, V, B)
        var diagonals = byDimension.bmm(byDimension.transpose(1, 2)) / images;          // (D, V, V): C_ii of every pair
        var sideBySide = z.transpose(0, 1).flatten(1).unsqueeze(0);                     // (1, B, VD)
        var everything = (Pairs.SquaredProducts(sideBySide) - Pairs.SquaredProducts(z)) / ((double)images * images);
        return (
            Pairs.OffDiagonal((1 - diagonals).square()) / pairs,
            (everything - Pairs.OffDiagonal(diagonals.square())) / pairs);
    }

    private static Tensor Standardised(Tensor z) =>                                     // (V, B, D)
        (z - z.mean([1], keepdim: true)) * (z.var([1], unbiased: false, keepdim: true) + Epsilon).rsqrt();
}
