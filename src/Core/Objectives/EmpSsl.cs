using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>EMP-SSL: every patch agrees with the average of its image's patches, and each view's batch fills the space.</summary>
/// <remarks>
/// Tong, Chen, Ma, LeCun, arXiv 2304.03977 and its public code: -200·mean_v mean_b cos(z_vb, z̄_b) - mean_v R(Z_v), where
/// R = ½ logdet(I + D/(B ε) ZᵀZ) is the coding rate of rows of unit length. Minimising raises R. Any V ≥ 2.
/// </remarks>
public sealed class EmpSsl(double invariance, double codingRate, double epsilon) : IObjective
{
    public string Name => "emp-ssl";

    public ObjectiveValue Compute(Projections views)
    {
        ViewOrder.Check(views.Online);
        using var unit = Unit(views.Online);                                            // (V, B, D)
        return OfUnit(unit);
    }

    /// <summary>The value at rows that have unit length already, which the authors' code takes: its gradient is that of the rows as they are.</summary>
    internal ObjectiveValue OfUnit(Tensor unit)                                         // (V, B, D)
    {
        using var scope = NewDisposeScope();
        var similarity = Similarity(unit);
        var rate = CodingRate(unit, epsilon).mean();
        return ObjectiveValue.Of((-invariance * similarity) - (codingRate * rate), ("similarity", similarity), ("codingRate", rate));
    }

    /// <summary>Rows of length 1.</summary>
    public static Tensor Unit(Tensor z) => nn.functional.normalize(z, p: 2, dim: -1);

    /// <summary>Mean cosine between a patch and the average of its image's patches.</summary>
    /// <param name="z">(V,B,D).</param>
    public static Tensor Similarity(Tensor z) => (Unit(z) * Unit(z.mean([0], keepdim: true))).sum(-1).mean();

    /// <summary>½ logdet(I + D/(B ε) ZᵀZ) of each view, positive; computed on the smaller of B×B and D×D, which agree.</summary>
    /// <param name="z">(V,B,D), rows of unit length.</param>
    /// <returns>(V). NaN where the matrix is not finite.</returns>
    public static Tensor CodingRate(Tensor z, double epsilon) =>
        CodingRate(z, epsilon, byImages: z.shape[1] <= z.shape[2]);

    internal static Tensor CodingRate(Tensor z, double epsilon, bool byImages)
    {
        var (images, dim) = (z.shape[1], z.shape[2]);
        var transposed = z.transpose(1, 2);                                             // (V, D, B)
        var products = byImages ? z.bmm(transposed) : transposed.bmm(z);                // (V, B, B) or (V, D, D)
        var identity = eye(byImages ? images : dim, dtype: z.dtype, device: z.device);
        // Positive definite by construction, so twice the log of the Cholesky diagonal: no pivoting, and no wait for an error code.
        var (factor, _) = linalg.cholesky_ex(identity + (products * (dim / (images * epsilon))));
        return factor.diagonal(0, -2, -1).log().sum(-1);                                // (V)
    }
}
