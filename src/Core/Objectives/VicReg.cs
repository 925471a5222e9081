using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>VICReg: views of an image agree, every dimension varies over the batch, dimensions are uncorrelated.</summary>
/// <remarks>
/// Bardes, Ponce, LeCun, arXiv 2105.04906 and its public code. V &gt; 2 views: the average of the two-view loss over all pairs of views,
/// computed without forming the pairs (mean over pairs of |z_a - z_b|² is 2/(V-1) Σ_v |z_v - z̄|²). On fixed-scale patches of one image this
/// is the intra-instance form of arXiv 2206.08954: <c>bag-vicreg</c> in the catalogue.
/// </remarks>
public sealed class VicReg(string name, double invariance, double variance, double covariance) : IObjective
{
    private const double StdEpsilon = 1e-4;

    public string Name => name;

    public ObjectiveValue Compute(Projections views)
    {
        var z = views.Online;
        ViewOrder.Check(z);
        using var scope = NewDisposeScope();
        var agreement = Invariance(z);
        var hinge = Variance(z);
        var correlation = Covariance(z);
        return ObjectiveValue.Of(
            (invariance * agreement) + (variance * hinge) + (covariance * correlation),
            ("invariance", agreement), ("variance", hinge), ("covariance", correlation));
    }

    /// <summary>Mean over pairs of views, images and dimensions of the squared difference.</summary>
    public static Tensor Invariance(Tensor z)                                           // (V, B, D) → ()
    {
        var views = z.shape[0];
        return (z - z.mean([0], keepdim: true)).square().mean() * (2.0 * views / (views - 1));
    }

    /// <summary>Mean over views and dimensions of max(0, 1 - √(variance over the batch + 1e-4)).</summary>
    public static Tensor Variance(Tensor z) =>                                          // (V, B, D) → ()
        (1 - (z.var([1], unbiased: true) + StdEpsilon).sqrt()).relu().mean();

    /// <summary>Twice the mean over views of Σ_{i≠j} cov²_ij / D: the sum over the two views of a pair, averaged over pairs.</summary>
    /// <remarks>
    /// Σ_ij cov²_ij is the squared norm of Z Zᵀ as well as that of Zᵀ Z, so the smaller of B×B and D×D is formed. For B &lt; D the
    /// diagonal taken off is at most B/D of the whole, so nothing is lost to cancellation.
    /// </remarks>
    public static Tensor Covariance(Tensor z)                                           // (V, B, D) → ()
    {
        var (images, dim) = (z.shape[1], z.shape[2]);
        return images < dim ? CovarianceByImages(z) : CovarianceByDimensions(z);
    }

    internal static Tensor CovarianceByDimensions(Tensor z)
    {
        var (views, images, dim) = (z.shape[0], z.shape[1], z.shape[2]);
        var centred = z - z.mean([1], keepdim: true);                                   // (V, B, D)
        var products = centred.transpose(1, 2).bmm(centred) / (images - 1);             // (V, D, D)
        var diagonal = products.diagonal(0, 1, 2);                                      // (V, D)
        return (products.square().sum() - diagonal.square().sum()) * (2.0 / (views * dim));
    }

    internal static Tensor CovarianceByImages(Tensor z)
    {
        var (views, images, dim) = (z.shape[0], z.shape[1], z.shape[2]);
        var centred = z - z.mean([1], keepdim: true);                                   // (V, B, D)
        var products = centred.bmm(centred.transpose(1, 2)) / (images - 1);             // (V, B, B)
        var variances = centred.square().sum([1]) / (images - 1);                       // (V, D)
        return (products.square().sum() - variances.square().sum()) * (2.0 / (views * dim));
    }
}
