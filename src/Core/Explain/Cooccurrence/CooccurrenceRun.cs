using System.Text.Json;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Whether a model's products follow which contents occur together: the paper's fourth claim, on real patches.</summary>
/// <remarks>
/// <code>
/// train images ─ patches ─ 8×8 pixels, whitened ─ k-means ─ codes ─ pairs of one image ─ p(a,b) / (p(a) p(b)) ─┐
///                                                   │                                                          ├─ R², Spearman, slope
/// held-out images ─ patches ─┬─ the same codes ─────┴──────────┐                                               │
///                            └─ encoder h, z ─ mean products of codes a, b over different images ──────────────┘
/// control: the same after patches were shuffled over the training images
/// </code>
/// At the optimum of the spectral objective z(x)·z(y) = p(x,y) / (p(x) p(y)). Averaged over x with code a and y with code b, drawn independently,
/// the right side is p(a,b) / (p(a) p(b)) exactly, and the left side is what pairs of patches of different images estimate.
/// </remarks>
public static class CooccurrenceRun
{
    /// <summary>Resamples of the held-out images, for intervals.</summary>
    public const int Resamples = 200;

    /// <summary>Shuffles of the training patches.</summary>
    public const int Controls = 20;

    /// <exception cref="JobFailedException">The dataset, the model or the options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static CooccurrenceResult Run(CooccurrenceSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel) =>
        ModelJob.Run(spec.DatasetDirectory, spec.CheckpointPath, runtime, reporter, (store, encoder) =>
        {
            var (plan, problems) = CooccurrencePlan.Of(store.Splits, spec.Options);
            if (plan is null) throw new JobFailedException(string.Join(' ', problems.Select(p => p.Text)));
            var objective = Objective(CheckpointFile.ReadInfo(spec.CheckpointPath));
            return new CooccurrenceMeasuring(spec, store, plan, encoder, reporter, cancel).Run(objective, runtime);
        });

    private static string? Objective(CheckpointInfo info)
    {
        if (info.RecipeJson is null) return null;
        try
        {
            return JsonSerializer.Deserialize<Recipe>(info.RecipeJson, JsonSerializerOptions.Web)?.Objective;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The checkpoint's recipe cannot be read: {e.Message}", e);
        }
    }
}
