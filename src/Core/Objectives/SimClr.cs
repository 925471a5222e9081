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
