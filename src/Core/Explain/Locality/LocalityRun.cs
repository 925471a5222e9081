using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>What the nearest patches of a patch have in common with it, in each space of a model.</summary>
/// <remarks>
/// <code>
/// images, sampled ─ grid patches ─┬─ some are the queries ─ encoder ─ unit vectors, kept
///                                 └─ all, chunk by chunk ── encoder ─ unit vectors ─ exact cosine search ─ k nearest of each query and space
///                                                                                      mean colour, edges, box, class of each ─ averages
/// </code>
/// Memory holds the queries' vectors, a chunk of the bank's, and the best of each query.
/// </remarks>
public static class LocalityRun
{
    /// <summary>Random patches of other images that each query is compared with.</summary>
    public const int Strangers = 50;

    /// <summary>Neighbours of an example that are kept to be shown.</summary>
    public const int MostShown = 12;

    /// <exception cref="JobFailedException">The dataset or the model cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static LocalityResult Run(LocalitySpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel) =>
        ModelJob.Run(spec.DatasetDirectory, spec.CheckpointPath, runtime, reporter, (store, encoder) =>
        {
            var sample = ImageSample.Of(store, spec.Split, spec.Images, spec.Seed);
            var others = (sample.Ordinals.Length - 1) * spec.Grid.PatchesPerImage;
            if (others < spec.Neighbours)
                throw new JobFailedException($"{spec.Neighbours} neighbours from other images were asked for, and {sample.Ordinals.Length} images of {spec.Grid.PatchesPerImage} patches have {others}.");
            ModelSpaces.Check(encoder.Spaces, spec.Vectors);
            try
            {
                return Measure(spec, store, sample, encoder, runtime, reporter, cancel);
            }
            catch (NotFiniteNumberException error)
            {
                throw JobFailedException.Diverged(error);
            }
        });

    private static LocalityResult Measure(
        LocalitySpec spec, ImageStore store, ImageSample sample, Encoder encoder, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        var bank = new PatchBank(store, sample.Ordinals, spec.Grid, encoder.Spec.PatchScale, encoder.Spec.InputSize);
        VectorSpace[] spaces = [.. spec.Vectors.Distinct()];
        var queries = bank.Queries(spec.Queries, spec.Seed);
        reporter.Log(JobLogLevel.Information, $"Searching {bank.Rows} patches of {sample.Describe(spec.Seed)} for the neighbours of {queries.Length}.");
        var found = Search(bank, queries, spaces, spec.Neighbours, encoder, reporter, cancel);
        Hit[][][] hits = [.. found.Select(space => From(space, (hit, query) => bank.ImageOf((int)hit.Row) != bank.ImageOf(query)))];
        Hit[][][] withOwn = [.. found.Select(space => From(space, (hit, query) => hit.Row != query))];
        int[][] strangers = [.. queries.Select(q => bank.Strangers(q, Strangers, spec.Seed))];
        bank.Look([.. queries, .. strangers.SelectMany(s => s), .. hits.SelectMany(s => s).SelectMany(q => q).Select(h => (int)h.Row)], cancel);

        var measures = new LocalityMeasures(bank, queries, strangers, spaces, spec.Seed).Of([.. hits.Select(Rows)], [.. withOwn.Select(Rows)]);
        foreach (var measure in measures) reporter.Log(JobLogLevel.Information, Line(measure));
        var examples = Enumerable.Range(0, Math.Min(spec.Examples, queries.Length)).Select(q => new LocalityExample(
            bank.Patch(queries[q]),
            [.. spaces.Select((space, s) => new ExampleList(space, [.. hits[s][q].Take(MostShown).Select((h, i) => new ExampleNeighbour(i + 1, bank.Patch((int)h.Row), h.Score))]))]));
        return new LocalityResult(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(spec.DatasetDirectory)), bank.Images, sample.From, sample.Split, bank.Rows, queries.Length, queries.Select(bank.ImageOf).Distinct().Count(), spec.Neighbours, measures,
            [.. examples], Protocol(spec, sample, queries.Length, encoder, runtime), encoder.Sha256);

        Hit[][] From(Hit[][] space, Func<Hit, int, bool> counts) =>
            [.. space.Select((query, q) => query.Where(h => counts(h, queries[q])).Take(spec.Neighbours).ToArray())];
    }

    /// <returns>For each space and query the nearest rows, its own image's among them: k of other images at least.</returns>
    private static Hit[][][] Search(
        PatchBank bank, int[] queries, VectorSpace[] spaces, int k, Encoder encoder, IJobReporter reporter, CancellationToken cancel)
    {
        var total = (long)queries.Length + bank.Rows;
        var asked = Vectors([.. queries.Select(bank.Source)]);
        reporter.Progress(queries.Length, total, "patches");
        FloatSearch[] searches = [.. spaces.Select((space, s) => new FloatSearch(asked[s], encoder.Dim(space), k + bank.PerImage))];
        try
        {
            var chunk = Math.Max(1, 4 * encoder.BatchSize / bank.PerImage);
            for (var first = 0; first < bank.Images; first += chunk)
            {
                cancel.ThrowIfCancellationRequested();
                var images = Math.Min(chunk, bank.Images - first);
                var vectors = Vectors(bank.Sources(first, images));
                for (var s = 0; s < spaces.Length; s++) searches[s].Add(vectors[s], cancel);
                reporter.Progress(queries.Length + ((long)(first + images) * bank.PerImage), total, "patches");
            }
            return [.. searches.Select(search => Enumerable.Range(0, queries.Length).Select(search.Nearest).ToArray())];
        }
        finally
        {
            foreach (var search in searches) search.Dispose();
        }

        float[][] Vectors(IReadOnlyList<PatchSource> patches)
        {
            var all = encoder.EmbedAll(patches);
            float[][] vectors = [.. spaces.Select(s => s switch { VectorSpace.Embedding => all.Embedding, VectorSpace.Hidden => all.Hidden, _ => all.Projection })];
            for (var s = 0; s < spaces.Length; s++) UnitRows.Scale(vectors[s], encoder.Dim(spaces[s]));
            return vectors;
        }
    }

    private static int[][] Rows(Hit[][] space) => [.. space.Select(query => query.Select(h => (int)h.Row).ToArray())];

    private static string Line(LocalityMeasure measure) =>
        measure.Missing is { } reason ? $"{measure.Likeness}: left out. {reason}"
        : $"{measure.Likeness}: {string.Join(", ", measure.Means.Select(m => FormattableString.Invariant($"{m.Vectors} {m.Mean?.Mean:0.000}")))}{FormattableString.Invariant($", by chance {measure.Chance?.Mean:0.000}")}.";

    private static string Protocol(LocalitySpec spec, ImageSample sample, int queries, Encoder encoder, TorchRuntime runtime)
    {
        var images = sample.Describe(spec.Seed);
        var side = Math.Min(encoder.Spec.InputSize, PatchLook.MostPixels);
        return FormattableString.Invariant(
            $"The bank is {spec.Grid} of {images}: square patches of {encoder.Spec.PatchScale:0.####} of the image's area, without augmentation. {queries} patches are asked, as many images as there are before any gives a second. Their {spec.Neighbours} nearest by exact cosine of float32 unit vectors count, patches of the own image left out except in the share of the own image. Colour: ΔE 1976 between CIELAB (D65) values of the mean sRGB colours. Edges: half the L1 distance between histograms of {PatchLook.Orientations} orientations over 180°, weighted by the gradient of the luma. Both are taken of patches resized to {side} × {side} pixels. Overlap: intersection over union of boxes in shares of their images. Chance: {Strangers} random patches of other images for each query. Intervals: 95 %, percentile bootstrap over the images asked, {Bootstrap.Resamples} samples, seed {spec.Seed}. Computed on {runtime.Summary}.");
    }
}
