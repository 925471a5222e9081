using PatchSsl.Core.Embedding;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>What was done, in words.</summary>
internal static class CooccurrenceText
{
    public static string Protocol(
        CooccurrenceSpec spec, CooccurrencePlan plan, Encoder encoder, PairCounts counts, CellTable table, KMeansFit fit, TorchRuntime runtime)
    {
        var o = spec.Options;
        var images = plan.TrainFrom is { } train
            ? $"Pairs are counted on {plan.Train} images of the split {train}, products are measured on {plan.HeldOut} of the {(plan.HeldOutFrom is [var one] ? $"split {one}" : $"splits {string.Join(", ", plan.HeldOutFrom)}")}"
            : $"The dataset has no two splits to tell apart: pairs are counted on {plan.Train} images of one half and products measured on {plan.HeldOut} of the other, halves drawn by seed, and the model may have been trained on either";
        var placed = o.Placement == PatchPlacement.Grid ? "on an even grid" : "placed at random on whole pixels";
        return FormattableString.Invariant(
            $"{images}, drawn with seed {spec.Seed}. {o.PatchesPerImage} square patches of {encoder.Spec.PatchScale:0.####} of the image's area each, {placed}, without colour augmentation. Codes: patches resized to {o.PixelSide}×{o.PixelSide}, pixels standardised and ZCA-whitened with ε {o.Epsilon:0.####}, fitted on up to {Codebook.SamplePatches} training patches; k-means++ and {fit.Iterations} iterations for {o.Codes} codes. {counts.Pairs} pairs counted; of {o.Codes * (o.Codes + 1) / 2} cells (unordered pairs of codes) {table.Cells.Count} kept, {table.TooFew} left out with fewer than {o.MinPairs} pairs expected, {table.Unmeasured} because no two held-out images have them. Products: averages over all pairs of held-out patches of different images, in float64. R² and slope are weighted by the pairs expected. Intervals: 95 %, {CooccurrenceRun.Resamples} bootstrap resamples of the held-out images. Control: codes shuffled over all training patches, {CooccurrenceRun.Controls} times, average and 95 % range. Checkpoint {encoder.Sha256}; {runtime.Summary}.");
    }

    public static string Line(ProductMeasure measure, CooccurrenceFit fit) => FormattableString.Invariant(
        $"{measure.Vectors.ToString().ToLowerInvariant()}, {(measure.Unit ? "unit length" : "as they are")}: R² {fit.Measured.RSquared.Value:0.000}, Spearman {fit.Measured.Spearman.Value:0.000}, slope {fit.Measured.Slope.Value:0.0000} over {fit.Count} cells; shuffled R² {fit.Control.RSquared.Value:0.000}");
}
