using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>Whole steps, as a run takes them: from images to the changed model.</summary>
internal sealed class FedStep : IDisposable
{
    private readonly TrainingImages images;
    private readonly Recipe recipe;
    private readonly ModelStep model;
    private readonly PatchSampling sampling;
    private readonly AugmentationPlan colours;
    private readonly Tensor held;
    private long step;

    public FedStep(ImageStore store, Recipe recipe, TorchRuntime runtime)
    {
        this.recipe = recipe;
        images = new TrainingImages(store, recipe.BatchImages, seed: 1, runtime.Device);
        model = new ModelStep(recipe, runtime.Plan);
        sampling = new PatchSampling.FixedScale(recipe.PatchScale);
        colours = AugmentationPlan.Of(recipe);
        using var scope = NewDisposeScope();
        held = Input().DetachFromDisposeScope();
    }

    /// <summary>Channels of the encoder's first layer.</summary>
    public int Channels => model.Model.Spec.BaseChannels;

    public void Run()
    {
        using var scope = NewDisposeScope();
        model.Run(Input());
    }

    /// <summary>The model on a batch that lies ready.</summary>
    public void RunModel() => model.Run(held);

    public void Dispose()
    {
        held.Dispose();
        model.Dispose();
        images.Dispose();
    }

    private Tensor Input()                                                              // (N, 3, P, P)
    {
        var index = step++;
        var rows = images.Rows(index);
        var draws = PatchSampler.Draw(sampling, images.Sizes(rows), recipe.Views, recipe.FlipProbability, 1, index);
        var patches = ViewOrder.Fold(images.Patches(rows, draws, recipe.InputSize));
        Augmenter.Apply(patches, AugmentationDraws.Draw(colours, draws.Boxes.Length, 1, index), colours);
        return Augmenter.Normalise(patches, model.Model.Spec.Mean, model.Model.Spec.Deviation, model.Model.Plan.Compute);
    }
}
