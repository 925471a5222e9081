using PatchSsl.Core.Models;
using static TorchSharp.torch;

namespace PatchSsl.Core.Measures;

/// <summary>How the variance of vectors is shared among their principal directions, largest first: what a collapse takes away from.</summary>
/// <remarks>
/// Eigenvalues of the covariance over a held-out batch, as in Jing et al., arXiv 2110.09348. A healthy spectrum falls slowly, a collapsed one drops
/// to nothing after a few ranks. With n vectors there are at most n - 1 of them, whatever the dimension.
/// </remarks>
/// <param name="Vectors">Whose spectrum it is.</param>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Samples">Vectors measured.</param>
/// <param name="RankMe">Effective rank of the same vectors.</param>
/// <param name="Ranks">From 1 up: all of them, or <see cref="MostRanks"/> evenly spaced on a logarithmic axis, the last one among them.</param>
/// <param name="Eigenvalues">At each of the ranks; never negative, never rising.</param>
public sealed record FeatureSpectrum(
    VectorSpace Vectors, int Dimensions, int Samples, double RankMe, IReadOnlyList<int> Ranks, IReadOnlyList<double> Eigenvalues)
{
    /// <summary>Most ranks kept.</summary>
    public const int MostRanks = 128;

    /// <param name="x">(n,D), n ≥ 2.</param>
    /// <returns>Null where a value is not finite: there is no decomposition then.</returns>
    public static FeatureSpectrum? Of(VectorSpace vectors, Tensor x)
    {
        if (CollapseMeasures.CovarianceEigenvalues(x) is not { } all) return null;
        var ranks = LogSpaced(all.Length);
        return new FeatureSpectrum(vectors, (int)x.shape[1], (int)x.shape[0], CollapseMeasures.RankMe(x), ranks, [.. ranks.Select(r => all[r - 1])]);
    }

    /// <summary>1 … <paramref name="count"/>, thinned out towards the end.</summary>
    internal static int[] LogSpaced(int count) => count <= MostRanks
        ? [.. Enumerable.Range(1, count)]
        : [.. Enumerable.Range(0, MostRanks).Select(i => (int)Math.Round(Math.Pow(count, i / (MostRanks - 1.0)))).Distinct()];
}
