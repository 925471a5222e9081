namespace PatchSsl.Client.Contracts;

/// <summary>How the variance of a run's vectors is shared among their principal directions, on held-out patches at a step.</summary>
/// <param name="Vectors">embedding or projection.</param>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Samples">Vectors measured: at most one less of the eigenvalues differ from 0.</param>
/// <param name="RankMe">Effective rank of the same vectors.</param>
/// <param name="Ranks">From 1 up, evenly spaced on a logarithmic axis where there are more than 128.</param>
/// <param name="Eigenvalues">Of the covariance, at each of the ranks; never negative, never rising.</param>
public sealed record FeatureSpectrum(
    long Step, DateTimeOffset Time, VectorKind Vectors, int Dimensions, int Samples, double RankMe, IReadOnlyList<int> Ranks, IReadOnlyList<double> Eigenvalues);

/// <summary>Spectra of a run.</summary>
/// <param name="Items">By vectors, then by step.</param>
public sealed record RunSpectra(IReadOnlyList<FeatureSpectrum> Items);
