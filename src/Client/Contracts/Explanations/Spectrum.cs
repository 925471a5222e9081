namespace PatchSsl.Client.Contracts;

/// <param name="Patches">Patches measured, 16 to 8,192, each of another image while there are images left.</param>
/// <param name="Untrained">Measure the same architecture before any training beside it.</param>
public sealed record SpectrumOptions(int Patches = 2048, bool Untrained = true);

/// <summary>How the variance of a model's vectors is shared among their principal directions.</summary>
/// <param name="Trained">Of the embedding, and of the projection where the model has one.</param>
/// <param name="Untrained">The same of the model before training; empty where it was not asked for.</param>
/// <param name="Images">Images that the patches are of.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record SpectrumReport(IReadOnlyList<VectorSpectrum> Trained, IReadOnlyList<VectorSpectrum> Untrained, int Images, string Protocol);

/// <summary>Eigenvalues of the covariance of some vectors, largest first.</summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Samples">Vectors measured: at most one less of the eigenvalues differ from 0.</param>
/// <param name="RankMe">Effective rank: exp of the entropy of the singular values' shares, 1 to the smaller of samples and dimensions.</param>
/// <param name="Ranks">From 1 up, evenly spaced on a logarithmic axis where there are more than 128.</param>
/// <param name="Eigenvalues">At each of the ranks; never negative, never rising.</param>
public sealed record VectorSpectrum(
    VectorKind Vectors, int Dimensions, int Samples, double RankMe, IReadOnlyList<int> Ranks, IReadOnlyList<double> Eigenvalues);
