using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using AdamW = PatchSsl.Core.Optimisers.AdamW;

namespace PatchSsl.Core.Training;

/// <summary>All that a run changes: the model, what its objective trains beside it, and the optimiser of both; a checkpoint is their state.</summary>
internal sealed record Learner(IObjective Objective, SslModel Model, Companions Companions, IOptimiser Optimiser) : IDisposable
{
    /// <summary>As at the start of a run. The order matters: networks are built where they stay, then the optimiser on their parameters.</summary>
    public static Learner Create(Recipe recipe, ComputePlan plan, long seed)
    {
        var objective = ObjectiveCatalog.Create(recipe);
        var model = SslModel.Create(ModelSpec.Of(recipe), plan, seed);
        var companions = Companions.Create(objective.Companions, model, seed);
        return new Learner(objective, model, companions, OptimiserOf(recipe, [.. model.Parameters(), .. companions.Parameters()]));
    }

    public void Dispose()
    {
        Optimiser.Dispose();
        Companions.Dispose();
        Model.Dispose();
    }

    private static IOptimiser OptimiserOf(Recipe recipe, IReadOnlyList<(string, Parameter)> parameters) => recipe.Optimiser == "adamw"
        ? new AdamW(parameters, new AdamWOptions { Beta1 = recipe.Beta1, Beta2 = recipe.Beta2, WeightDecay = recipe.WeightDecay })
        : new Lars(parameters, new LarsOptions
        {
            Momentum = recipe.Momentum,
            WeightDecay = recipe.WeightDecay,
            Eta = recipe.LarsEta,
            Adaptive = recipe.Optimiser == "lars",
        });
}
