using PatchSsl.Core.Measures;

namespace PatchSsl.Core.Explain.Spectrum;

/// <summary>How the variance of a model's vectors is shared among their principal directions, before and after training.</summary>
/// <param name="CheckpointPath">The model's checkpoint file.</param>
/// <param name="Patches">Patches to draw, at least 2: no more than one less of the eigenvalues differ from 0.</param>
/// <param name="Untrained">Measure the same architecture before any training beside it.</param>
/// <param name="Seed">Seeds the patches and the untrained weights.</param>
public sealed record SpectrumSpec(string DatasetDirectory, string CheckpointPath, int Patches, bool Untrained, long Seed);

/// <summary>Spectra of a model on one sample of patches.</summary>
/// <param name="Trained">Of the embedding, and of the projection where the model has one.</param>
/// <param name="Untrained">The same of the untrained model; empty where it was not asked for.</param>
/// <param name="Images">Images that the patches are of.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record SpectrumResult(
    IReadOnlyList<FeatureSpectrum> Trained, IReadOnlyList<FeatureSpectrum> Untrained, int Images, string Protocol);
