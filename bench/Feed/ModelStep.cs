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
    private readonly Lars _optimiser;
    private readonly IObjective _objective;
    private readonly int _views;

    /// <param name="plan">Where, and in which types.</param>
    public ModelStep(Recipe recipe, ComputePlan plan)
    {
        Model = SslModel.Create(ModelSpec.Of(recipe), plan, 1);
        Model.Train();
        _objective = ObjectiveCatalog.Create(recipe);
        _optimiser = new Lars(Model.Parameters(), new LarsOptions
        {
            Momentum = recipe.Momentum,
            WeightDecay = recipe.WeightDecay,
            Eta = recipe.LarsEta,
            Adaptive = recipe.Optimiser == "lars",
        });
        _views = recipe.Views;
    }

    public SslModel Model { get; }

    /// <param name="input">(N,3,P,P), normalised.</param>
    public void Run(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = Model.Forward(input);
        _objective.Compute(ViewOrder.Unfold(output.Projection, _views)).Total.backward();
        _optimiser.Step(.01);
        _optimiser.ZeroGrad();
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        Model.Dispose();
    }
}
