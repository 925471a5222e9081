using System.Text.Json;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Tests.Answers;

/// <summary>The smallest model there is, with weights drawn from a seed: what an answer is made of does not depend on how good it is.</summary>
public static class TinyModel
{
    private static readonly TorchOptions Torch = new() { Device = "cpu", Precision = "float32", Threads = 1 };

    private const long RunSeed = 6;

    public static ModelSpec Spec { get; } = new() { Width = .125, InputSize = 16, ProjectorHidden = 24, ProjectorLayers = 2, ProjectionDim = 12 };

    public static SavedFile Save(string path)
    {
        var runtime = TorchRuntime.Start(Torch);
        using var model = SslModel.Create(Spec, runtime.Plan, seed: 5);
        // What a run left, which began from other weights: those of its own seed.
        var recipe = JsonSerializer.Serialize(RecipeCatalog.Find("quick")!.Recipe, JsonSerializerOptions.Web);
        return CheckpointFile.Save(path, model, null, new CheckpointInfo(Spec, Step: 10, Seed: RunSeed, recipe));
    }

    /// <summary>The model as its run began.</summary>
    public static string SaveUntrained(string path)
    {
        var runtime = TorchRuntime.Start(Torch);
        using var model = SslModel.Create(Spec, runtime.Plan, RunSeed);
        return CheckpointFile.Save(path, model, null, new CheckpointInfo(Spec, Step: 0, Seed: RunSeed, RecipeJson: null)).Path;
    }

    public static Encoder Load(string path) => Encoder.Load(path, TorchRuntime.Start(Torch));
}
