using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>What the spectral loss is minimised by, from the eigenvalues of A = D^-½ P D^-½.</summary>
/// <remarks>
/// HaoChen et al., arXiv 2106.04156: with u_i = √p(i) z_i, L = -2 Σ p(i,j) z_i·z_j + Σ p(i) p(j) (z_i·z_j)² = |A - U Uᵀ|² - |A|², so the minimum is
/// the best approximation of A by a product U Uᵀ of rank d: its d largest eigenvalues, those below 0 left out, since no product can have them.
/// With d as large as the rank and no negative eigenvalue, z_i·z_j = p(i,j) / (p(i) p(j)): w is 1. All in float64.
/// </remarks>
public sealed class SpectralTheory
{
    /// <summary>Difference of two eigenvalues from which on what lies above counts as a subspace of its own.</summary>
    public const double ClearGap = .1;

    private const double Nothing = 1e-9;

    private SpectralTheory(JointDistribution joint, int dimension, double[] values, double[][] vectors)
    {
        (Joint, Dimension, Eigenvalues, Eigenvectors) = (joint, dimension, values, vectors);
        var n = joint.Symbols;
        Kept = values.Take(dimension).Count(v => v > Nothing);
        // √p(i) √p(j) times the product, from the eigenvalues kept.
        Best = Matrices.Make(n, (i, j) => Enumerable.Range(0, Kept).Sum(k => values[k] * vectors[k][i] * vectors[k][j]) / Math.Sqrt(joint.Marginals[i] * joint.Marginals[j]));
        Cut = Enumerable.Range(1, Math.Min(Kept, n - 1)).LastOrDefault(k => values[k - 1] - values[k] >= ClearGap);
    }

    /// <summary>What it is the theory of.</summary>
    public JointDistribution Joint { get; }

    /// <summary>d, dimensions of the embedding.</summary>
    public int Dimension { get; }

    /// <summary>Of A, falling; the first is 1.</summary>
    public IReadOnlyList<double> Eigenvalues { get; }

    /// <summary>Of A, each n values of length 1, in the order of <see cref="Eigenvalues"/>.</summary>
    internal double[][] Eigenvectors { get; }

    /// <summary>Eigenvalues that differ from 0.</summary>
    public int Rank => Eigenvalues.Count(v => Math.Abs(v) > Nothing);

    /// <summary>Negative eigenvalues, which no embedding can represent.</summary>
    public int Negative => Eigenvalues.Count(v => v < -Nothing);

    /// <summary>Eigenvalues that d dimensions can represent: at most d, and only positive ones.</summary>
    public int Kept { get; }

    /// <summary>False where the last eigenvalue kept equals the first one left out: then several minima are equally good.</summary>
    public bool IsUnique => Kept == Joint.Symbols || Kept < Dimension || Eigenvalues[Kept - 1] - Eigenvalues[Kept] > Nothing;

    /// <summary>The most dimensions that a clear gap sets off from the rest: as many as subspaces are compared in. 0 where there is none.</summary>
    public int Cut { get; }

    /// <summary>The products z_i·z_j of the minimum, n × n; one of several where it is not <see cref="IsUnique"/>.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Best { get; }

    /// <summary>The least loss of d dimensions: minus the sum of the squares of the eigenvalues kept.</summary>
    public double MinimumLoss => -Eigenvalues.Take(Kept).Sum(v => v * v);

    /// <summary>Weighted R² of the best products against the ratios, 0 to 1; null where the ratios are all 1, so that there is nothing to explain.</summary>
    public double? AttainableR2 => Total > Nothing ? Eigenvalues.Take(Kept).Skip(1).Sum(v => v * v) / Total : null;

    /// <summary>Weighted variance of the ratios: Σ p(i) p(j) (ratio - 1)².</summary>
    private double Total => Eigenvalues.Skip(1).Sum(v => v * v);

    /// <param name="dimension">d, at least 1.</param>
    public static SpectralTheory Of(JointDistribution joint, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var (values, vectors) = Matrices.Eigen(Matrices.Make(joint.Symbols, (i, j) => joint[i, j] / Math.Sqrt(joint.Marginals[i] * joint.Marginals[j])));
        return new SpectralTheory(joint, dimension, values, vectors);
    }

    /// <summary>The loss of products z_i·z_j over all pairs, without sampling.</summary>
    /// <param name="products">n × n.</param>
    internal double Loss(double[][] products)
    {
        var sum = 0.0;
        for (var i = 0; i < Joint.Symbols; i++)
            for (var j = 0; j < Joint.Symbols; j++)
                sum += products[i][j] * ((Joint.Marginals[i] * Joint.Marginals[j] * products[i][j]) - (2 * Joint[i, j]));
        return sum;
    }
}

/// <summary>Small matrices as rows, so that no tensor leaves this code.</summary>
internal static class Matrices
{
    public static double[][] Make(int n, Func<int, int, double> value) => [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => value(i, j)).ToArray())];

    /// <summary>Rows of a matrix (n,m).</summary>
    public static double[][] Of(Tensor matrix) => [.. matrix.contiguous().data<double>().ToArray().Chunk((int)matrix.shape[1])];

    public static Tensor Tensor(double[][] rows) => tensor(rows.SelectMany(r => r).ToArray()).view(rows.Length, -1);

    /// <summary>Eigenvalues of a symmetric matrix, falling, and their vectors as rows.</summary>
    public static (double[] Values, double[][] Vectors) Eigen(double[][] symmetric)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(Tensor(symmetric));                          // rising: (n), (n, n) of columns
        return (values.flip(0).data<double>().ToArray(), Of(vectors.t().flip(0)));
    }
}
