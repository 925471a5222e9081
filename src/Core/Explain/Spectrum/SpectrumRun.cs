using System.Globalization;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Spectrum;

/// <summary>Spectrum of a model's vectors, with RankMe, beside the same architecture before training.</summary>
/// <remarks>
/// <code>
/// images ─ one fixed-scale patch each (n,3,P,P) ─ encoder ─ h (n,F), z (n,D) ─ eigenvalues of the covariance, RankMe
/// </code>
/// Patches are of different images, since those of one are alike by training and would make a narrow spectrum of their own.
/// </remarks>
public static class SpectrumRun
{
    /// <exception cref="JobFailedException">The dataset or the model cannot be used, or its vectors are not finite.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static SpectrumResult Run(SpectrumSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel) =>
        ModelJob.Run(spec.DatasetDirectory, spec.CheckpointPath, runtime, reporter, (store, encoder) =>
        {
            var sample = PatchSample.Draw(store, spec.Patches, encoder.Spec.PatchScale, spec.Seed, "spectrum");
            var total = (spec.Untrained ? 2L : 1) * spec.Patches;
            var done = 0L;

            var trained = Measure(encoder);
            IReadOnlyList<FeatureSpectrum> before = [];
            if (spec.Untrained)
            {
                using var blank = Encoder.Untrained(encoder.Spec, runtime, spec.Seed);
                before = Measure(blank);
            }
            return new SpectrumResult(trained, before, sample.Images.Count, Protocol(spec, sample, encoder));

            IReadOnlyList<FeatureSpectrum> Measure(Encoder model)
            {
                var (h, z) = Vectors(model);
                return model.Spec.HasProjector ? [Of(VectorSpace.Embedding, h, model), Of(VectorSpace.Projection, z, model)] : [Of(VectorSpace.Embedding, h, model)];
            }

            (float[] Embedding, float[] Projection) Vectors(Encoder model)
            {
                List<float> h = [], z = [];
                for (var first = 0; first < sample.Patches.Count; first += model.BatchSize)
                {
                    cancel.ThrowIfCancellationRequested();
                    var count = Math.Min(model.BatchSize, sample.Patches.Count - first);
                    var vectors = model.EmbedAll([.. sample.Patches.Skip(first).Take(count)]);
                    h.AddRange(vectors.Embedding);
                    z.AddRange(vectors.Projection);
                    reporter.Progress(done += count, total, "patches");
                }
                return ([.. h], [.. z]);
            }
        });

    private static FeatureSpectrum Of(VectorSpace space, float[] vectors, Encoder encoder)
    {
        using var scope = NewDisposeScope();
        return FeatureSpectrum.Of(space, tensor(vectors).view(-1, encoder.Dim(space)))                          // (n, D)
            ?? throw JobFailedException.Diverged();
    }

    private static string Protocol(SpectrumSpec spec, PatchSample sample, Encoder encoder) => string.Create(CultureInfo.InvariantCulture,
        $"{spec.Patches:N0} fixed-scale patches ({encoder.Spec.PatchScale:0.####} of the area) of {sample.Images.Count:N0} images, uniformly placed, without augmentation; " +
        $"eigenvalues of the covariance over patches of the vectors as the model gives them; RankMe of the same matrix; seed {spec.Seed}.");
}
