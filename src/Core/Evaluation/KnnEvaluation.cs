using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Evaluation;

/// <summary>Weighted kNN on bags of patches, with the same on raw pixels and on the untrained encoder beside it.</summary>
/// <remarks>
/// <code>
/// queries ─ one unit vector an image (M,D) ─┐
/// bank ──── a chunk at a time (n,D) ────────┴─ the best k of each query ─ votes ─ accuracy
/// </code>
/// Memory holds the queries' vectors and a chunk of the bank's.
/// </remarks>
public static class KnnEvaluation
{
    private static readonly (int K, double Temperature)[] Settings = [(200, .1), (20, .07)];

    /// <exception cref="JobFailedException">The dataset or the model cannot be used.</exception>
    public static KnnResult Run(KnnSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        reporter.Started(runtime.Summary, runtime.Versions);
        try
        {
            using var store = ImageStore.Open(spec.DatasetDirectory);
            var split = KnnSplit.Of(store, spec.Seed);
            using var encoder = Encoder.Load(spec.CheckpointPath, runtime);
            return Evaluate(spec, store, split, encoder, runtime, reporter, cancel);
        }
        catch (InvalidDataException error)
        {
            throw new JobFailedException(error.Message, error);
        }
    }

    private static KnnResult Evaluate(
        KnnSpec spec, ImageStore store, KnnSplit split, Encoder encoder, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        (int K, double Temperature)[] settings = [.. Settings.Select(s => (Math.Min(s.K, split.Bank.Length), s.Temperature))];
        var done = 0L;

        var trained = Accuracies(new BagVectors(store, encoder, spec.Grid, spec.Vectors));
        double[] untrained;
        using (var blank = Encoder.Untrained(encoder.Spec, runtime, spec.Seed))
        {
            untrained = Accuracies(new BagVectors(store, blank, spec.Grid, spec.Vectors));
        }
        var pixels = Accuracies(new PixelVectors(store, encoder.Spec.InputSize, split.Bank));

        return new KnnResult(
            [.. settings.Zip(trained, (s, accuracy) => new KnnScore(s.K, s.Temperature, accuracy))],
            [.. Baselines("raw pixels", pixels), .. Baselines("untrained encoder", untrained)],
            split.Bank.Length, split.Queries.Length, Protocol(spec, split, encoder, runtime), encoder.Sha256);

        double[] Accuracies(ImageVectors vectors)
        {
            var queries = new float[split.Queries.Length * vectors.Dim];
            ForEachChunk(split.Queries, (chunk, first) => chunk.CopyTo(queries.AsSpan(first * vectors.Dim)));
            using var search = new FloatSearch(queries, vectors.Dim, settings.Max(s => s.K));
            ForEachChunk(split.Bank, (chunk, _) => search.Add(chunk, cancel));
            return WeightedKnn.Accuracies(search, Labels(store, split.Bank), Labels(store, split.Queries), settings);

            void ForEachChunk(int[] ordinals, Action<float[], int> use)
            {
                for (var first = 0; first < ordinals.Length; first += vectors.Chunk)
                {
                    cancel.ThrowIfCancellationRequested();
                    var count = Math.Min(vectors.Chunk, ordinals.Length - first);
                    use(vectors.Of(ordinals.AsSpan(first, count)), first);
                    reporter.Progress(done += count, 3L * (split.Bank.Length + split.Queries.Length), "images");
                }
            }
        }

        IEnumerable<KnnBaseline> Baselines(string name, double[] accuracies) =>
            settings.Zip(accuracies, (s, accuracy) => new KnnBaseline(name, s.K, s.Temperature, accuracy));
    }

    private static int[] Labels(ImageStore store, int[] ordinals) => Array.ConvertAll(ordinals, store.ClassIndex);

    private static string Protocol(KnnSpec spec, KnnSplit split, Encoder encoder, TorchRuntime runtime)
    {
        var patches = spec.Grid.Count == 0
            ? "the whole image as one patch"
            : FormattableString.Invariant($"a grid of {spec.Grid.Count} patches ({encoder.Spec.PatchScale:0.####} of the image's area each, no colour augmentation)");
        var space = spec.Vectors switch
        {
            VectorSpace.Embedding => "embedding h",
            VectorSpace.Hidden => "hidden (first projector layer after ReLU)",
            _ => "projection z",
        };
        return FormattableString.Invariant(
            $"Weighted kNN: {split.Description}. An image's vector is the mean of its patch vectors, then unit length (bag); patches: {patches}, resized to {encoder.Spec.InputSize} pixels; vectors: {space}, computed in {runtime.Plan.Name}. The nearest k by cosine in float32 vote for their class with weight exp(cosine / T); accuracy = share of queries whose heaviest class is right. Seed {spec.Seed}. Baselines, same split, k and T: raw pixels = the whole image at {encoder.Spec.InputSize} × {encoder.Spec.InputSize} RGB, less the mean image of up to {PixelVectors.MeanOf} bank images, unit length; untrained encoder = the same architecture, patches and vectors, initialised with the seed, never trained.");
    }
}
