using System.Diagnostics;
using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Training;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>The parts of a training step one after the other, as the product's run calls them, with a clock between.</summary>
internal sealed class StepParts : IDisposable
{
    private readonly TrainSetting _setting;
    private readonly Recipe _recipe;
    private readonly Learner _learner;
    private readonly Dictionary<string, double> _seconds = [];
    private Tensor? _batch;
    private long _lap;

    public StepParts(TrainSetting setting)
    {
        (_setting, _recipe) = (setting, setting.Recipe);
        _learner = Learner.Create(_recipe, setting.Runtime.Plan, seed: 1);
        _learner.Model.Train();
    }

    /// <summary>Forward, loss, backward and optimiser on a batch that is in memory: what a step cannot do without.</summary>
    public void ModelOnly(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            _batch ??= rand([_setting.PatchesAStep, _recipe.InputSize, _recipe.InputSize, 3], dtype: _setting.Runtime.Plan.Compute)
                .permute(0, 3, 1, 2).DetachFromDisposeScope();
            var loss = Loss(_batch);
            loss.Total.backward();
            _learner.Optimiser.Step(1e-3);
            _learner.Optimiser.ZeroGrad();
        }
    }

    /// <summary>Shares in percent of whole steps, by part, after one to warm up.</summary>
    public IReadOnlyDictionary<string, double> Shares(int steps)
    {
        using var store = ImageStore.Open(_setting.Dataset);
        using var images = new TrainingImages(store, _recipe.BatchImages, seed: 1, _setting.Runtime.Device);
        using var reports = new StepReports(new TrainSetting.Silent(), every: 1, _setting.PatchesAStep, TimeProvider.System);
        for (var index = 0; index <= steps; index++)
        {
            if (index == 1) _seconds.Clear();
            Step(images, reports, index);
        }
        var all = _seconds.Values.Sum();
        return _seconds.ToDictionary(part => part.Key, part => 100 * part.Value / all);
    }

    public void Dispose()
    {
        _batch?.Dispose();
        _learner.Dispose();
    }

    private void Step(TrainingImages images, StepReports reports, long index)
    {
        using var scope = NewDisposeScope();
        _lap = Stopwatch.GetTimestamp();
        var rows = images.Rows(index);
        var draws = PatchSampler.Draw(new PatchSampling.FixedScale(_recipe.PatchScale), images.Sizes(rows), _recipe.Views, _recipe.FlipProbability, 1, index);
        var plan = AugmentationPlan.Of(_recipe);
        var changes = AugmentationDraws.Draw(plan, _setting.PatchesAStep, 1, index);
        Lap("draws");
        var folded = ViewOrder.Fold(images.Patches(rows, draws, _recipe.InputSize));
        Lap("crop");
        Augmenter.Apply(folded, changes, plan);
        Lap("augment");
        var input = Augmenter.Normalise(folded, _learner.Model.Spec.Mean, _learner.Model.Spec.Deviation, _setting.Runtime.Plan.Compute);
        Lap("normalise");
        var output = _learner.Model.Forward(input);
        Lap("forward");
        var loss = _learner.Objective.Compute(_learner.Companions.Project(input, output.Projection, _recipe.Views));
        Lap("loss");
        loss.Total.backward();
        Lap("backward");
        _learner.Optimiser.Step(1e-3);
        _learner.Optimiser.ZeroGrad();
        Lap("optimiser");
        reports.Add(index + 1, long.MaxValue, loss, 1e-3);
        Lap("tell");
    }

    private ObjectiveValue Loss(Tensor input) =>
        _learner.Objective.Compute(_learner.Companions.Project(input, _learner.Model.Forward(input).Projection, _recipe.Views));

    private void Lap(string part)
    {
        var now = Stopwatch.GetTimestamp();
        _seconds[part] = _seconds.GetValueOrDefault(part) + Stopwatch.GetElapsedTime(_lap, now).TotalSeconds;
        _lap = now;
    }
}
