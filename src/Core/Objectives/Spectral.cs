using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>The spectral contrastive loss: the form whose minimiser models which patches occur together.</summary>
/// <remarks>
/// HaoChen et al., arXiv 2106.04156: -2 E[z_a·z_b] over patches of one image + E[(z_a·z_b)²] over patches of different images. V &gt; 2 views:
/// the average over all pairs, without forming them, since Σ_{a≠b} |Z_a Z_bᵀ|² is |Σ_a Z_aᵀ Z_a|² - Σ_a |Z_aᵀ Z_a|². Vectors keep their length.
/// </remarks>
public sealed class Spectral : IObjective
{
    public string Name => "spectral";

    public ObjectiveValue Compute(Projections views)
    {
        ViewOrder.Check(views.Online);
        using var scope = NewDisposeScope();
        var (positive, negative) = Terms(views.Online);
        return ObjectiveValue.Of(negative - (2 * positive), ("positive", positive), ("negative", negative));
    }

    /// <summary>Mean product of two patches of one image, and mean squared product of patches of different images, of different views both.</summary>
    private static (Tensor Positive, Tensor Negative) Terms(Tensor z)                   // (V, B, D) → (), ()
    {
        var (pairs, images) = (Pairs.Count(z), z.shape[1]);
        var byImage = z.transpose(0, 1);                                                // (B, V, D)
        var partners = byImage.bmm(byImage.transpose(1, 2));                            // (B, V, V)
        var everything = Pairs.SquaredProducts(ViewOrder.Fold(z).unsqueeze(0)) - Pairs.SquaredProducts(z);
        return (
            Pairs.OffDiagonal(partners) / (pairs * images),
            (everything - Pairs.OffDiagonal(partners.square())) / (pairs * images * (images - 1)));
    }
}
