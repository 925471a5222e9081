using Microsoft.Extensions.Time.Testing;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Training;
using TorchSharp;

namespace PatchSsl.Core.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_run_reports_its_losses_diagnostics_accuracy_progress_and_checkpoints()
    {
        var (result, seen) = TrainingFixture.Train(_fixture.Spec("run"));

        Assert.Equal(new TrainingResult(12, Stopped: false), result);
        Assert.Equal((12, 12, "steps"), seen.Last);
        Assert.StartsWith("cpu", seen.Device);
        Assert.Contains(seen.Lines, line => line.Contains("30 training images, 10 held out; 12 steps of 24 patches", StringComparison.Ordinal));
        foreach (var name in new[] { "loss", "similarity", "codingRate", "learningRate", "patchesPerSecond" }) Assert.Equal(Enumerable.Range(1, 12), Steps(name));
        foreach (var name in new[] { "std", "codingRateFill", "alignment", "uniformity", "rankMe", "stdEmbedding", "rankMeProjection" }) Assert.Equal([4, 8, 12], Steps(name));
        Assert.Equal([6, 12], Steps("knn"));
        Assert.All(new[] { 6, 12 }, step => Assert.Equal(10, seen.Values[(step, "knnImages")]));
        Assert.Single(seen.Lines, line => line.StartsWith("Warning: Online kNN: too few labelled images to measure: 10", StringComparison.Ordinal));
        Assert.Equal([4, 6, 8, 12], Steps("diagnosticsShare"));
        Assert.Equal([(4, VectorSpace.Embedding), (4, VectorSpace.Projection), (8, VectorSpace.Embedding), (8, VectorSpace.Projection), (12, VectorSpace.Embedding), (12, VectorSpace.Projection)],
            seen.Spectra.Select(s => (s.Step, s.Spectrum.Vectors)));
        Assert.Equal(seen.Values[(12, "rankMe")], seen.Spectra[^2].Spectrum.RankMe);
        Assert.All(seen.Values, v => Assert.True(double.IsFinite(v.Value), v.Key.ToString()));
        Assert.Equal((12, "step-000000012.safetensors", CheckpointFile.Hash(_fixture.Checkpoint("run", 12))), (seen.Saved.Single().Step, seen.Saved[0].File, seen.Saved[0].Sha256));
        Assert.Equal(["step-000000012.safetensors"], _fixture.Checkpoints("run"));

        IEnumerable<int> Steps(string name) => seen.Values.Keys.Where(k => k.Name == name).Select(k => (int)k.Step);
    }

    [Theory]
    [InlineData("emp-ssl", "lars")]
    [InlineData("byol", "adamw")]
    public void Live_tensors_are_constant_over_steps(string objective, string optimiser)
    {
        var live = new List<long>();
        var seen = new TrainingRecorder { OnProgress = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount) };
        var recipe = TrainingFixture.Recipe with
        {
            Objective = objective,
            Optimiser = optimiser,
            LearningRate = .01,
            MaxSteps = 15,
            DiagnosticsEvery = 5,
            KnnEvery = 7,
            CheckpointEverySteps = 4,
        };
        TrainingRun.Run(_fixture.Spec("run", recipe), TrainingFixture.Runtime("bf16"), seen, TestContext.Current.CancellationToken);
        Assert.Single(live.Skip(1).Distinct());
        Assert.Equal(15, live.Count);
    }

    [Fact]
    public void Checkpoints_come_every_so_many_steps_or_seconds_and_leftovers_go()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Checkpoint("run", 1))!);
        File.WriteAllText(_fixture.Checkpoint("run", 7) + ".tmp", "half a file");
        TrainingFixture.Train(_fixture.Spec("run", TrainingFixture.Recipe with { CheckpointEverySteps = 5 }));
        Assert.Equal([.. new[] { 5, 10, 12 }.Select(s => $"step-{s:D9}.safetensors")], _fixture.Checkpoints("run"));

        var time = new FakeTimeProvider();
        var seen = new TrainingRecorder { OnProgress = _ => time.Advance(TimeSpan.FromSeconds(2)) };
        var recipe = TrainingFixture.Recipe with { CheckpointEverySteps = 0, CheckpointEverySeconds = 10 };
        TrainingRun.Run(_fixture.Spec("timed", recipe), TrainingFixture.Runtime(), seen, TestContext.Current.CancellationToken, time);
        Assert.Equal([5, 10, 12], seen.Saved.Select(s => s.Step));
    }

    [Fact]
    public void A_schedule_can_be_run_in_part()
    {
        var recipe = TrainingFixture.Recipe with { MaxSteps = 0, Epochs = 4, StopAfter = .5 };
        var (result, seen) = TrainingFixture.Train(_fixture.Spec("run", recipe));
        Assert.Equal(6, result.Steps);      // 30 images make 3 steps of 8
        Assert.Equal(recipe.LearningRate, seen.Values[(1, "learningRate")], 1e-12);
        Assert.InRange(seen.Values[(6, "learningRate")], recipe.LearningRate * .5, recipe.LearningRate * .7);
    }

    [Fact]
    public void An_unlabelled_dataset_without_splits_trains_and_is_watched()
    {
        var (_, seen) = TrainingFixture.Train(_fixture.Spec("run", dataset: _fixture.Dataset(60, labels: false, splits: false)));
        Assert.Contains(seen.Lines, line => line.Contains("57 training images, 3 held out", StringComparison.Ordinal));
        Assert.Contains((12, "rankMe"), seen.Values.Keys);
        Assert.DoesNotContain((12, "knn"), seen.Values.Keys);
    }

    [Fact]
    public void Too_few_images_are_told_with_got_and_needed()
    {
        var failure = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(_fixture.Spec("run", TrainingFixture.Recipe with { BatchImages = 31 })));
        Assert.Equal("The dataset has 30 training images; a step of this recipe takes 31 (batchImages).", failure.Message);
    }

    [Fact]
    public void A_recipe_out_of_range_and_a_dataset_that_is_not_there_are_told()
    {
        var recipe = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(_fixture.Spec("run", TrainingFixture.Recipe with { Views = 1, Momentum = 2 })));
        Assert.Contains("views: 1 is outside", recipe.Message);
        Assert.Contains("momentum: 2 is outside", recipe.Message);
        var dataset = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(_fixture.Spec("run", dataset: _fixture["nothing"])));
        Assert.StartsWith("The dataset cannot be read:", dataset.Message);
    }

    [Theory]
    [InlineData("emp-ssl")]
    [InlineData("simclr")]
    [InlineData("byol")]
    public void Divergence_ends_the_run_by_its_step_and_keeps_the_last_good_checkpoint(string objective)
    {
        // A decay of 1 at a rate of 100 makes the weights a hundred times larger a step.
        var wild = TrainingFixture.Recipe with { Objective = objective, Optimiser = "sgd", LearningRate = 100, WeightDecay = 1, MaxSteps = 100, MetricsEvery = 7, CheckpointEverySteps = 2 };
        var failure = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(_fixture.Spec("run", wild)));
        Assert.Matches(@"(The loss is NaN or infinite at step \d+: try a lower learning rate|The weights are NaN or infinite after step \d+)", failure.Message);
        Assert.NotEmpty(_fixture.Checkpoints("run"));
        foreach (var file in _fixture.Checkpoints("run"))
        {
            var (model, _) = CheckpointFile.LoadModel(Path.Combine(_fixture["run"], "checkpoints", file), TrainingFixture.Runtime().Plan);
            using (model) Assert.All(model.State(), s => Assert.True(!s.Value.is_floating_point() || s.Value.isfinite().all().item<bool>(), s.Name));
        }
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_fails_the_run_and_keeps_the_one_before()
    {
        var spec = _fixture.Spec("run", TrainingFixture.Recipe with { CheckpointEverySteps = 4 });
        var seen = new TrainingRecorder
        {
            // A directory stands where the next checkpoint is to go.
            OnProgress = done => { if (done == 7) Directory.CreateDirectory(_fixture.Checkpoint("run", 8)); },
        };
        var failure = Assert.Throws<JobFailedException>(() => TrainingRun.Run(spec, TrainingFixture.Runtime(), seen, TestContext.Current.CancellationToken));
        Assert.Contains("The checkpoint of step 8 could not be saved", failure.Message);
        Assert.Contains("the checkpoint of step 4 is kept", failure.Message);
        Assert.Equal(4, CheckpointFile.ReadInfo(_fixture.Checkpoint("run", 4)).Step);
        Assert.DoesNotContain(_fixture.Checkpoints("run"), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
