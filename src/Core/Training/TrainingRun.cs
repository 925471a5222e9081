using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Trains a model on the patches of a dataset's images.</summary>
/// <remarks>
/// A step, with V views of B images, N = V·B patches of side P:
/// <code>
/// images (B,H,W,3) ─ crop ─▶ patches (V,B,3,P,P) ─ augment ─▶ (N,3,P,P) ─ encoder ─▶ h (N,F) ─ projector ─▶ z (V,B,D) ─ objective ─▶ loss
/// </code>
/// An objective may ask for companions: a predictor between z and itself, and a target network, a slow copy of the model on the same patches.
/// Everything random is a function of the seed and the step, and a checkpoint holds weights, statistics and momentum: so a run that was
/// interrupted goes on as if it had not been, on the CPU bit for bit.
/// </remarks>
public static class TrainingRun
{
    /// <param name="stop">Asks for a checkpoint and an early end.</param>
    /// <exception cref="JobFailedException">The dataset, the recipe or the disk will not do, or training diverged; says what to change.</exception>
    public static TrainingResult Run(TrainingSpec spec, TorchRuntime runtime, ITrainingReporter reporter, CancellationToken stop, TimeProvider? time = null)
    {
        CheckRecipe(spec.Recipe);
        time ??= TimeProvider.System;
        var cost = new CostMeter(reporter, runtime, time);
        using var scope = NewDisposeScope();
        using var store = OpenStore(spec.DatasetDirectory);
        using var images = new TrainingImages(store, spec.Recipe.BatchImages, spec.Seed, runtime.Device);

        using var learner = Learner.Create(spec.Recipe, runtime.Plan, spec.Seed);
        using var checkpoints = new RunCheckpoints(spec, runtime, learner, reporter, cost, time);
        reporter.Started(runtime.Summary, runtime.Versions);
        var done = checkpoints.Restore();
        var heldOut = new HeldOutPatches(store, learner.Model, spec.Recipe, images.Training, images.HeldOut, spec.Seed);
        return Steps(spec, runtime, reporter, stop, time, images, learner, checkpoints, cost, done,
            new TrainingWatch(spec.Recipe, heldOut, reporter, runtime.IsCuda, time));
    }

    /// <summary>The method, in the order of the data.</summary>
    private static TrainingResult Steps(
        TrainingSpec spec, TorchRuntime runtime, ITrainingReporter reporter, CancellationToken stop, TimeProvider time, TrainingImages images,
        Learner learner, RunCheckpoints checkpoints, CostMeter cost, long done, TrainingWatch watch)
    {
        var (objective, model, companions, optimiser) = learner;
        var (recipe, seed) = (spec.Recipe, spec.Seed);
        var (views, patchesAStep) = (recipe.Views, recipe.Views * recipe.BatchImages);
        PatchSampling sampling = recipe.Sampling == "multi"
            ? new PatchSampling.MultiScale(recipe.MultiScaleMin, recipe.MultiScaleMax)
            : new PatchSampling.FixedScale(recipe.PatchScale);
        var colours = AugmentationPlan.Of(recipe);
        var scheduled = recipe.MaxSteps > 0 ? recipe.MaxSteps : recipe.Epochs * images.StepsAnEpoch;
        var schedule = new CosineSchedule(recipe.LearningRate, scheduled, (long)Math.Round(recipe.Warmup * scheduled));
        var targetMomentum = new CosineSchedule(recipe.TargetMomentum, scheduled, FinalRate: 1);
        var total = Math.Max(1, (long)Math.Round(recipe.StopAfter * scheduled));
        using var reports = new StepReports(reporter, recipe.MetricsEvery, patchesAStep, time);
        reporter.Log(JobLogLevel.Information, $"{images.Training.Length} training images, {images.HeldOut.Length} held out; {total} steps of {patchesAStep} patches.");
        model.Train();

        for (var index = done; index < total; index++)
        {
            if (stop.IsCancellationRequested)
            {
                Save(index, last: true);
                return new TrainingResult(index, Stopped: true);
            }
            var step = index + 1;
            using var scope = NewDisposeScope();

            // :: images → patches. What is random is drawn on the CPU; all tensors are the device's.
            var rows = images.Rows(index);                                              // B of the training images
            var draws = PatchSampler.Draw(sampling, images.Sizes(rows), views, recipe.FlipProbability, seed, index);
            var patches = images.Patches(rows, draws, recipe.InputSize);                // (V, B, 3, P, P)

            // :: augmented
            var folded = ViewOrder.Fold(patches);                                       // (N, 3, P, P)
            Augmenter.Apply(folded, AugmentationDraws.Draw(colours, patchesAStep, seed, index), colours);
            var input = Augmenter.Normalise(folded, model.Spec.Mean, model.Spec.Deviation, runtime.Plan.Compute);

            // :: encoder → projector → objective
            var output = model.Forward(input);                                          // h (N, F), z (N, D)
            var loss = objective.Compute(companions.Project(input, output.Projection, views));               // of (V, B, D)

            // :: step
            loss.Total.backward();
            var rate = schedule.At(index);
            optimiser.Step(rate);
            optimiser.ZeroGrad();
            companions.Follow(targetMomentum.At(index));

            // :: tell
            cost.Add(patchesAStep);
            FailWhereNotFinite(reports.Add(step, total, loss, rate));
            watch.Look(step, isLast: step == total);
            reporter.Progress(step, total, "steps");
            checkpoints.Settle(wait: false);
            if (step < total && checkpoints.IsDue(step)) Save(step);
        }
        Save(total, last: true);
        return new TrainingResult(total, Stopped: false);

        void Save(long step, bool last = false)
        {
            FailWhereNotFinite(reports.FirstNotFinite());
            checkpoints.Save(step, last);
        }

        void FailWhereNotFinite(long? step)
        {
            if (step is not null)
                throw new JobFailedException($"The loss is NaN or infinite at step {step}: try a lower learning rate. {checkpoints.LastGood()}");
        }
    }

    private static ImageStore OpenStore(string directory)
    {
        try
        {
            return ImageStore.Open(directory);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new JobFailedException($"The dataset cannot be read: {e.Message}", e);
        }
    }

    private static void CheckRecipe(Recipe recipe)
    {
        var errors = RecipeValidation.Errors(recipe);
        if (errors.Count > 0) throw new JobFailedException($"The recipe cannot be used: {string.Join(" ", errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}"))}");
    }
}
