namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>How far training is.</summary>
/// <param name="Step">Steps taken; 0 before the first.</param>
/// <param name="Loss">Over all pairs, without sampling.</param>
/// <param name="BatchLoss">Of the last batch, as <c>spectral</c> gave it; null before the first step.</param>
/// <param name="R2">Weighted R² of the products against the ratios; null where all ratios are 1.</param>
/// <param name="Products">w z_i·z_j, n × n.</param>
public sealed record ClosedFormFrame(int Step, double Loss, double? BatchLoss, double? R2, IReadOnlyList<IReadOnlyList<double>> Products);

/// <summary>Learned products beside what they should be, pairs weighted by p(i) p(j).</summary>
/// <param name="R2">1 - Σ p(i) p(j) (target - learned)² / Σ p(i) p(j) (target - 1)²; null where the target is 1 everywhere.</param>
/// <param name="Slope">Of the weighted straight line of learned against target: 1 where they agree, 0 where they have nothing in common. Null likewise.</param>
/// <param name="MaxError">Largest |target - learned|.</param>
public sealed record ProductFit(double? R2, double? Slope, double MaxError)
{
    private const double Nothing = 1e-9;

    /// <param name="target">n × n.</param>
    /// <param name="learned">n × n.</param>
    /// <param name="p">p(i).</param>
    internal static ProductFit Of(Func<int, int, double> target, double[][] learned, IReadOnlyList<double> p)
    {
        var (error, spread, together, largest) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < p.Count; i++)
        {
            for (var j = 0; j < p.Count; j++)
            {
                var (weight, wanted, got) = (p[i] * p[j], target(i, j), learned[i][j]);
                error += weight * (wanted - got) * (wanted - got);
                // The weighted mean of ratios, and of the best products, is 1.
                spread += weight * (wanted - 1) * (wanted - 1);
                together += weight * (wanted - 1) * got;
                largest = Math.Max(largest, Math.Abs(wanted - got));
            }
        }
        return spread > Nothing ? new ProductFit(1 - (error / spread), together / spread, largest) : new ProductFit(null, null, largest);
    }
}

/// <summary>The subspace that was learned beside the theory's.</summary>
/// <param name="Dimensions">The leading ones compared: those that a clear gap sets off.</param>
/// <param name="Gap">The difference of eigenvalues that sets them off.</param>
/// <param name="Angles">Principal angles in degrees, rising; as many as dimensions.</param>
public sealed record SubspaceFit(int Dimensions, double Gap, IReadOnlyList<double> Angles);

/// <summary>The same training on pairs whose second patches changed places: what it finds is not in the pairs.</summary>
/// <param name="ToRatio">Its products against the ratios: R² about 0, slope about 0.</param>
/// <param name="Deviation">Weighted standard deviation of its products from 1.</param>
/// <param name="Eigenvalues">Of its Gram matrix, falling: one, and then nothing.</param>
public sealed record ShuffledControl(ProductFit ToRatio, double Deviation, IReadOnlyList<double> Eigenvalues);

/// <summary>What was learned, beside the theory.</summary>
/// <param name="InputsSha256">Of joint, dimension, steps and seed: the same inputs have the same one.</param>
/// <param name="Products">w z_i·z_j, n × n.</param>
/// <param name="ToRatio">Products against p(i,j) / (p(i) p(j)).</param>
/// <param name="ToBest">Products against the best of d dimensions; null where that is not unique.</param>
/// <param name="Eigenvalues">Of the Gram matrix √p(i) √p(j) z_i·z_j, falling; n of them.</param>
/// <param name="Subspace">Null where no gap is clear.</param>
/// <param name="Loss">At the end, over all pairs.</param>
/// <param name="Curve">The frames without their products.</param>
public sealed record ClosedFormResult(
    SpectralTheory Theory, ClosedFormSpec Spec, string InputsSha256, IReadOnlyList<IReadOnlyList<double>> Products, ProductFit ToRatio, ProductFit? ToBest,
    IReadOnlyList<double> Eigenvalues, SubspaceFit? Subspace, double Loss, IReadOnlyList<LossPoint> Curve, ShuffledControl Control);

/// <summary>A point of the loss curve; as in <see cref="ClosedFormFrame"/>.</summary>
public sealed record LossPoint(int Step, double Loss, double? BatchLoss, double? R2);
