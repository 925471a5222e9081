using PatchSsl.Core.Embedding;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Convergence;

/// <summary>Cosine of a whole image's vector with the average of its patches' vectors, for more and more patches.</summary>
/// <remarks>
/// <code>
/// images, sampled ─ whole, grid:1, grid:4, … grid:256, each patch once through the encoder ─ averages, on disk
///                                                                             each n and space ─┬─ cosine with its own whole image
///                                                                                               ├─ with another's: the control
///                                                                                               ├─ both again, the mean taken off
///                                                                                               └─ with the largest bag
/// </code>
/// Averages are taken of the vectors as the model gives them, not scaled to unit length. Memory holds three vectors an image.
/// </remarks>
public static class ConvergenceRun
{
    /// <exception cref="JobFailedException">The dataset or the model cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static ConvergenceResult Run(ConvergenceSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel) =>
        ModelJob.Run(spec.DatasetDirectory, spec.CheckpointPath, runtime, reporter, (store, encoder) =>
        {
            var sample = ImageSample.Of(store, spec.Split, spec.Images, spec.Seed);
            if (sample.Ordinals.Length < 3)
                throw new JobFailedException($"Convergence needs three images or more, and there {(sample.Ordinals.Length == 1 ? "is 1" : "are 2")}: the control takes another image's vector.");
            ModelSpaces.Check(encoder.Spaces, spec.Vectors);
            return Measure(spec, store, sample, encoder, runtime, reporter, cancel);
        });

    private static ConvergenceResult Measure(
        ConvergenceSpec spec, ImageStore store, ImageSample sample, Encoder encoder, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        int[] counts = [.. spec.Counts.Distinct().Order()];
        var plan = PatchPlan.OfGrids([.. counts.Select(n => new PatchGrid(n)), PatchGrid.Whole], encoder.Spec.PatchScale);
        var (done, images) = (0L, sample.Ordinals.Length);
        reporter.Log(JobLogLevel.Information, FormattableString.Invariant($"Embedding {sample.Describe(spec.Seed)}: {plan.PerImage} patches each."));
        using var features = new BagEncoder(store, plan, encoder, spec.Vectors, runtime.Device).Encode(
            sample.Ordinals, more => reporter.Progress((done += more) * plan.PerImage, (long)images * plan.PerImage, "patches"), cancel);

        var others = Others(images, spec.Seed);
        var curves = new List<ConvergenceCurve>();
        foreach (var space in spec.Vectors)
        {
            cancel.ThrowIfCancellationRequested();
            var curve = Cosines.Curve(space, encoder.Dim(space), counts, Rows(space, PatchGrid.Whole), n => Rows(space, new PatchGrid(n)), others, spec.Seed);
            curves.Add(curve);
            reporter.Log(JobLogLevel.Information, Line(curve));
        }
        return new ConvergenceResult(images, sample.From, sample.Split, curves, Protocol(spec, sample, plan, encoder, runtime), encoder.Sha256);

        float[] Rows(VectorSpace space, PatchGrid grid)
        {
            var rows = new float[images * encoder.Dim(space)];
            features.Find(space, grid.ToString()).Read(0, rows);
            return rows;
        }
    }

    /// <summary>Another image for each, every one taken once: the next in a shuffled circle.</summary>
    internal static int[] Others(int images, long seed)
    {
        int[] circle = [.. Enumerable.Range(0, images)];
        new CounterRandom(seed, "other images", 0).Shuffle<int>(circle);
        var others = new int[images];
        for (var i = 0; i < images; i++) others[circle[i]] = circle[(i + 1) % images];
        return others;
    }

    private static string Line(ConvergenceCurve curve)
    {
        var (first, last) = (curve.Points[0], curve.Points[^1]);
        return FormattableString.Invariant(
            $"{curve.Vectors}: cosine with the whole image {first.Cosine.Mean.Mean:0.000} with {first.Patches}, {last.Cosine.Mean.Mean:0.000} with {last.Patches} patches; with another image {last.Other.Mean.Mean:0.000}; centred {last.Centred.Mean.Mean:0.000} and {last.CentredOther.Mean.Mean:0.000}.");
    }

    private static string Protocol(ConvergenceSpec spec, ImageSample sample, PatchPlan plan, Encoder encoder, TorchRuntime runtime) => FormattableString.Invariant(
        $"{Capital(sample.Describe(spec.Seed))}. Patches: {plan.Description}; each is resized to {encoder.Spec.InputSize} × {encoder.Spec.InputSize} pixels. A bag is the mean of its patches' vectors as the model gives them. The control takes the next image of a shuffled circle. Centred: the mean whole-image vector of the {sample.Ordinals.Length} images is taken off both. Intervals: 95 %, percentile bootstrap over images, {Bootstrap.Resamples} samples, seed {spec.Seed}. Computed on {runtime.Summary}.");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
