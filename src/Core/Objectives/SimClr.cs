using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>SimCLR's NT-Xent: among all other patches of two views, each must pick its partner.</summary>
/// <remarks>
/// Chen et al., arXiv 2002.05709: mean of log Σ_k exp(cos(z_i, z_k)/T) - cos(z_i, partner)/T, k over the 2B - 1 others. V &gt; 2 views: the
/// average of the two-view loss over all pairs of views. A patch's sum over one view's images belongs to every pair with that view, so all
/// pairs together cost one (V·B)² product, half of what they cost one by one.
/// </remarks>
public sealed class SimClr(double temperature) : IObjective
{
    public string Name => "simclr";

    public ObjectiveValue Compute(Projections views)
    {
        ViewOrder.Check(views.Online);
        using var scope = NewDisposeScope();
        var unit = EmpSsl.Unit(views.Online);                                           // (V, B, D)
        var similarity = Similarity(unit);
        var repulsion = Repulsion(unit, temperature);
        return ObjectiveValue.Of(repulsion - (similarity / temperature), ("similarity", similarity), ("repulsion", repulsion));
    }

    /// <summary>Mean cosine of partners over all pairs of views.</summary>
    public static Tensor Similarity(Tensor unit) =>                                     // (V, B, D) → ()
        (unit.sum([0]).square().sum() - unit.square().sum()) / (Pairs.Count(unit) * unit.shape[1]);

    /// <summary>Mean over patches and pairs of views of log Σ exp(cosine / T) over the pair's other patches, the partner among them.</summary>
    public static Tensor Repulsion(Tensor unit, double temperature)                     // (V, B, D) → ()
    {
        var (views, images) = (unit.shape[0], unit.shape[1]);
        var rows = ViewOrder.Fold(unit);                                                    // (VB, D)
        var self = eye(views * images, dtype: ScalarType.Bool, device: unit.device);
        var logits = (rows.mm(rows.t()) / temperature).masked_fill(self, double.NegativeInfinity);
        var sums = logits.view(views, images, views, images).logsumexp(3);              // (V, B, V): over each view's images
        var own = sums.diagonal(0, 0, 2).t().unsqueeze(2);                              // (V, B, 1): over the patch's own view
        var both = logaddexp(sums, own).transpose(0, 1);                                // (B, V, V)
        return Pairs.OffDiagonal(both) / (Pairs.Count(unit) * images);
    }
}
