using static TorchSharp.torch;

namespace PatchSsl.Core.Measures;

/// <summary>How much of the space a set of vectors uses: what tells a collapse within minutes, without labels.</summary>
public static class CollapseMeasures
{
    /// <summary>Standard deviation of unit vectors over the rows, averaged over the dimensions. Healthy is about 1/√D; 0 is one single point.</summary>
    /// <param name="x">(n,D).</param>
    public static double Std(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Unit(x).std(dimensions: [0], unbiased: true).mean().item<double>();
    }

    /// <summary>RankMe: exp of the entropy of the singular values, the number of dimensions in use.</summary>
    /// <remarks>Garrido et al., arXiv 2210.02885: of the uncentred matrix, p = s/Σs + 1e-7.</remarks>
    /// <param name="x">(n,D).</param>
    /// <returns>NaN where a value is not finite: there is no decomposition then.</returns>
    public static double RankMe(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (!x.isfinite().all().item<bool>()) return double.NaN;
        var s = linalg.svdvals(x.to(float64));                                          // (min(n, D))
        var total = s.sum();
        if (total.item<double>() == 0) return 0;
        var p = (s / total) + 1e-7;
        return (-(p * p.log()).sum()).exp().item<double>();
    }

    /// <summary>Eigenvalues of the covariance over the rows, largest first: min(n - 1, D) of them, since no more can differ from 0.</summary>
    /// <param name="x">(n,D), n ≥ 2; not normalised, so that they are variances.</param>
    /// <returns>Null where a value is not finite.</returns>
    public static double[]? CovarianceEigenvalues(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (!x.isfinite().all().item<bool>()) return null;
        var (n, dim) = (x.shape[0], x.shape[1]);
        var centred = x.to(CPU).to(float64);
        centred -= centred.mean([0], keepdim: true);
        // XᵀX and XXᵀ share all but zeros: the smaller one is decomposed.
        var gram = (dim < n ? centred.t().mm(centred) : centred.mm(centred.t())) / (n - 1);
        var rising = linalg.eigvalsh(gram).data<double>().ToArray();
        return [.. rising.Reverse().Take((int)Math.Min(n - 1, dim)).Select(e => Math.Max(0, e))];
    }

    /// <summary>Coding rate of the unit vectors over the highest that as many of them can have, 0 to 1.</summary>
    /// <param name="x">(n,D).</param>
    /// <param name="epsilon">As in the objective: R = ½ logdet(I + D/(n ε) ZᵀZ).</param>
    public static double CodingRateFill(Tensor x, double epsilon)
    {
        using var scope = NewDisposeScope();
        var (n, dim) = (x.shape[0], x.shape[1]);
        var rate = Objectives.EmpSsl.CodingRate(Unit(x).unsqueeze(0), epsilon).item<double>();
        var rank = Math.Min(n, dim);
        return rate / (.5 * rank * Math.Log(1 + (dim / (rank * epsilon))));
    }

    /// <summary>Mean squared distance between unit vectors of one image's patches; 0 where they agree.</summary>
    /// <remarks>Wang and Isola, arXiv 2005.10242, as is <see cref="Uniformity"/>.</remarks>
    /// <param name="x">(B,V,D), V ≥ 2.</param>
    public static double Alignment(Tensor x)
    {
        using var scope = NewDisposeScope();
        var views = x.shape[1];
        // |a - b|² = 2 - 2 a·b, and Σ_{v≠w} a_v·a_w = |Σ a_v|² - V.
        var cosines = (Unit(x).sum(1).pow(2).sum(-1) - views).mean() / (views * (views - 1));
        return 2 - (2 * cosines.item<double>());
    }

    /// <summary>Log of the mean of exp(-2 |a - b|²) over pairs of different rows; the lower, the more evenly spread over the sphere.</summary>
    /// <param name="x">(n,D), n ≥ 2.</param>
    public static double Uniformity(Tensor x)
    {
        using var scope = NewDisposeScope();
        var unit = Unit(x);
        var n = x.shape[0];
        var kernel = ((unit.mm(unit.t()) * 4) - 4).exp();                               // (n, n)
        return Math.Log((kernel.sum().item<double>() - kernel.diagonal().sum().item<double>()) / (n * (n - 1)));
    }

    /// <summary>Rows of length 1, in float64.</summary>
    private static Tensor Unit(Tensor x) => Objectives.EmpSsl.Unit(x.to(float64));
}
