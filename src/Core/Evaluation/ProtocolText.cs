using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using static System.FormattableString;

namespace PatchSsl.Core.Evaluation;

/// <summary>An evaluation in words, precise enough to repeat it.</summary>
internal static class ProtocolText
{
    public static string Of(
        EvaluationSpec spec, EvaluationSplit split, PatchPlan plan, IReadOnlyList<VectorSpace> spaces, IReadOnlyList<KnnSetting> settings, Encoder encoder,
        TorchRuntime runtime)
    {
        var parts = new List<string>
        {
            $"Split: {split.Description}.",
            $"An image's vector is the mean of its patch vectors (bag). Patches: {string.Join(", ", plan.Bags.Select(b => b.Name))}; {plan.Description}; resized to {encoder.Spec.InputSize} pixels.",
            $"Vectors: {string.Join(", ", spaces.Select(Name))}, computed in {runtime.Plan.Name}.",
        };
        if (spec.Kind != EvaluationKind.Linear) parts.Add(Knn(spec, split, settings));
        if (spec.Kind != EvaluationKind.Knn) parts.Add(Linear(split));
        if (spec.Kind == EvaluationKind.Sweep)
            parts.Add("Agreement: cosine between a test image's whole-image vector and its bag, mean and standard deviation over the test images.");
        if (spec.Baselines)
        {
            parts.Add(Invariant(
                $"Baselines, same split and classifiers: raw pixels = the whole image at {encoder.Spec.InputSize} × {encoder.Spec.InputSize} RGB, less the mean image of up to {RawPixels.MeanOf} train images; untrained encoder = the same architecture, patches and vectors, initialised with the seed, never trained."));
        }
        parts.Add(
            "Intervals of accuracies: 95 %, Wilson, over the test images alone. The model is set against each baseline, and against always answering the "
            + "class with the most train images, by McNemar's exact test on the test images that one of the two gets right more often"
            + (spec.Kind == EvaluationKind.Knn ? "." : " (of a linear probe: with more of its seeds)."));
        parts.Add(Invariant($"Seed {spec.Seed}. Checkpoint SHA-256 {encoder.Sha256}."));
        return string.Join(' ', parts);
    }

    /// <summary>A score as a line of the job's log.</summary>
    /// <param name="images">Test images.</param>
    public static string Line(EvaluationScore score, int images)
    {
        var setting = score.K is { } k ? Invariant($"kNN (k {k}, T {score.Temperature})") : Invariant($"linear (rate {score.LearningRate})");
        var spread = score.Deviation is { } deviation ? Invariant($" ± {100 * deviation:0.00}") : "";
        var vectors = score.Vectors is { } space ? $", {Name(space)}" : "";
        var (low, high) = Intervals.OfShare(score.Accuracy, images);
        return Invariant($"{score.Of}{vectors}, {score.Patches}, {setting}: {100 * score.Accuracy:0.00}{spread} % of {images} images")
            + Invariant($" (95 %: {100 * low:0.0} to {100 * high:0.0} %)");
    }

    /// <summary>What the scores are to be held against, as lines of the job's log.</summary>
    /// <param name="images">Test images.</param>
    public static IEnumerable<string> Lines(EvaluationReading reading, int images)
    {
        yield return Invariant($"Always the largest class, {reading.LargestClass}: {100 * reading.LargestClassShare:0.00} % of {images} images")
            + Invariant($"; a guess: {100.0 / reading.Classes:0.00} %");
        if (reading.TrainedOnTest is > 0 and var seen)
            yield return Invariant($"The model was trained on {seen} of the {images} test images, without their labels.");
    }

    private static string Name(VectorSpace space) => space switch
    {
        VectorSpace.Embedding => "embedding h",
        VectorSpace.Hidden => "hidden (first projector layer after ReLU)",
        _ => "projection z",
    };

    private static string Knn(EvaluationSpec spec, EvaluationSplit split, IReadOnlyList<KnnSetting> settings)
    {
        var pairs = string.Join(", ", settings.Select(s => Invariant($"({s.K}, {s.Temperature})")));
        var clipped = spec.Neighbours is null && EvaluationRun.PublishedNeighbours.Any(s => s.K > split.Train.Length)
            ? Invariant($" (published k {string.Join(" and ", EvaluationRun.PublishedNeighbours.Select(s => s.K))}, clipped to the bank of {split.Train.Length} images)")
            : "";
        return $"Weighted kNN: bags at unit length, bank = train, queries = test; the nearest k by cosine in float32 vote for their class with weight exp(cosine / T), (k, T) = {pairs}{clipped}; accuracy = share of queries whose heaviest class is right.";
    }

    private static string Linear(EvaluationSplit split)
    {
        var rates = string.Join(", ", LinearProbe.Rates.Select(r => Invariant($"{r}")));
        return Invariant(
            $"Linear probe: bags standardised by the train images' mean and deviation; softmax regression, SGD with momentum 0.9, no weight decay, batches of {LinearProbe.BatchSize(split.Train.Length)}, cosine to 0 over {SoftmaxTraining.Epochs} epochs, last epoch; learning rate out of {rates} chosen on a class-balanced 1/{LinearProbe.ValidationOneIn} of train held out of that choice's training, then trained on all of train with {LinearProbe.Seeds} seeds (first weights and order); accuracy on test = mean ± sample standard deviation over them.");
    }
}
