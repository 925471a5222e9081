using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Makes pixels comparable: each standardised, then correlations between them taken away (ZCA).</summary>
/// <remarks>
/// x̃ = (x - mean) / std; Σ = x̃ᵀx̃ / (n - 1) = U diag(λ) Uᵀ; y = x̃ U diag(1/√(λ + ε)) Uᵀ. ε keeps directions that hardly vary, most of them noise,
/// from counting as much as those that do. The last rotation changes no distance, so k-means finds the same codes as after PCA whitening; it
/// keeps y an image. Bell and Sejnowski 1997; the form with ε is of Coates, Lee and Ng 2011.
/// </remarks>
/// <param name="Mean">(D) float64.</param>
/// <param name="Matrix">(D,D) float64: standardises and whitens at once.</param>
internal sealed record Whitening(Tensor Mean, Tensor Matrix)
{
    /// <param name="x">(n,D) float64, n ≥ 2.</param>
    /// <param name="epsilon">ε, above 0.</param>
    public static Whitening Fit(Tensor x, double epsilon)
    {
        using var scope = NewDisposeScope();
        var mean = x.mean([0]);                                                         // (D)
        var deviation = x.std(0, unbiased: true);                                       // (D)
        // A pixel that never changes has nothing to scale.
        var scale = where(deviation > 0, deviation, ones_like(deviation)).reciprocal();
        var standard = (x - mean) * scale;                                              // (n, D)
        var (values, vectors) = linalg.eigh(standard.t().mm(standard) / (x.shape[0] - 1));                  // (D), (D, D)
        var matrix = scale.unsqueeze(1) * (vectors * (values.clamp(0) + epsilon).rsqrt()).mm(vectors.t());
        return new Whitening(mean.MoveToOuterDisposeScope(), matrix.MoveToOuterDisposeScope());
    }

    /// <param name="x">(n,D) float64.</param>
    /// <returns>(n,D).</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x - Mean).mm(Matrix).MoveToOuterDisposeScope();
    }
}
