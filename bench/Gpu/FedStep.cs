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
    private readonly TrainingImages _images;
    private readonly Recipe _recipe;
    private readonly ModelStep _model;
    private readonly PatchSampling _sampling;
    private readonly AugmentationPlan _colours;
    private readonly Tensor _held;
    private long _step;

    public FedStep(ImageStore store, Recipe recipe, TorchRuntime runtime)
    {
        _recipe = recipe;
        _images = new TrainingImages(store, recipe.BatchImages, seed: 1, runtime.Device);
        _model = new ModelStep(recipe, runtime.Plan);
        _sampling = new PatchSampling.FixedScale(recipe.PatchScale);
        _colours = AugmentationPlan.Of(recipe);
        using var scope = NewDisposeScope();
        _held = Input().DetachFromDisposeScope();
    }

    /// <summary>Channels of the encoder's first layer.</summary>
    public int Channels => _model.Model.Spec.BaseChannels;

    public void Run()
    {
        using var scope = NewDisposeScope();
        _model.Run(Input());
    }

    /// <summary>The model on a batch that lies ready.</summary>
    public void RunModel() => _model.Run(_held);

    public void Dispose()
    {
        _held.Dispose();
        _model.Dispose();
        _images.Dispose();
    }

    private Tensor Input()                                                              // (N, 3, P, P)
    {
        var index = _step++;
        var rows = _images.Rows(index);
        var draws = PatchSampler.Draw(_sampling, _images.Sizes(rows), _recipe.Views, _recipe.FlipProbability, 1, index);
        var patches = ViewOrder.Fold(_images.Patches(rows, draws, _recipe.InputSize));
        Augmenter.Apply(patches, AugmentationDraws.Draw(_colours, draws.Boxes.Length, 1, index), _colours);
        return Augmenter.Normalise(patches, _model.Model.Spec.Mean, _model.Model.Spec.Deviation, _model.Model.Plan.Compute);
    }
}
