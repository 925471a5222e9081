using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>The part of a step that is the model: forward, objective, backward, optimiser.</summary>
internal sealed class ModelStep : IDisposable
{
    private readonly Lars optimiser;
    private readonly IObjective objective;
    private readonly int views;

    /// <param name="plan">Where, and in which types.</param>
    public ModelStep(Recipe recipe, ComputePlan plan)
    {
        Model = SslModel.Create(ModelSpec.Of(recipe), plan, 1);
        Model.Train();
        objective = ObjectiveCatalog.Create(recipe);
        optimiser = new Lars(Model.Parameters(), new LarsOptions
        {
            Momentum = recipe.Momentum,
            WeightDecay = recipe.WeightDecay,
            Eta = recipe.LarsEta,
            Adaptive = recipe.Optimiser == "lars",
        });
        views = recipe.Views;
    }

    public SslModel Model { get; }

    /// <param name="input">(N,3,P,P), normalised.</param>
    public void Run(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = Model.Forward(input);
        objective.Compute(ViewOrder.Unfold(output.Projection, views)).Total.backward();
        optimiser.Step(.01);
        optimiser.ZeroGrad();
    }

    public void Dispose()
    {
        optimiser.Dispose();
        Model.Dispose();
    }
}
