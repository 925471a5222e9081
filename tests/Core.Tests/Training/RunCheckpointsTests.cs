using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Training;

/// <summary>Checkpoints are written while training goes on.</summary>
public sealed class RunCheckpointsTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("lars", "emp-ssl")]
    [InlineData("adamw", "byol")]
    public void What_is_written_beside_training_is_the_state_of_its_step(string optimiser, string objective)
    {
        var recipe = TrainingFixture.Recipe with { CheckpointEverySteps = 3, Optimiser = optimiser, Objective = objective, LearningRate = .01 };
        TrainingFixture.Train(_fixture.Spec("through", recipe), "bf16");
        foreach (var step in new[] { 3, 6, 9 })
        {
            // Stopped there, nothing follows that could change it.
            TrainingFixture.Train(_fixture.Spec($"to {step}", recipe with { CheckpointEverySteps = 3 }), "bf16", stopAt: step);
            Assert.Equal(_fixture.Content($"to {step}", step), _fixture.Content("through", step));
        }
    }

    [Fact]
    public void Every_checkpoint_is_reported_in_order_by_the_thread_that_trains_and_is_durable_then()
    {
        var seen = new Witness(_fixture);
        TrainingRun.Run(_fixture.Spec("run", TrainingFixture.Recipe with { CheckpointEverySteps = 1 }), TrainingFixture.Runtime(), seen, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), seen.Saved);
        Assert.Equal([Environment.CurrentManagedThreadId], seen.Threads.Distinct());
    }

    [Fact]
    public void A_run_that_fails_otherwise_waits_for_the_checkpoint_under_way_and_tells_it()
    {
        var seen = new TrainingRecorder { OnProgress = done => { if (done == 6) throw new JobFailedException("enough"); } };
        var spec = _fixture.Spec("run", TrainingFixture.Recipe with { CheckpointEverySteps = 5 });
        Assert.Throws<JobFailedException>(() => TrainingRun.Run(spec, TrainingFixture.Runtime(), seen, TestContext.Current.CancellationToken));
        Assert.Equal([5], seen.Saved.Select(s => s.Step));
        Assert.Equal(["step-000000005.safetensors"], _fixture.Checkpoints("run"));
    }

    /// <summary>Notes the thread of every call, and that a reported file is there.</summary>
    private sealed class Witness(TrainingFixture fixture) : ITrainingReporter
    {
        public List<long> Saved { get; } = [];

        public List<int> Threads { get; } = [];

        public void Checkpoint(long step, string fileName, string sha256, long bytes)
        {
            Note();
            Assert.Equal(bytes, new FileInfo(fixture.Checkpoint("run", step)).Length);
            Saved.Add(step);
        }

        public void Progress(long done, long total, string unit) => Note();

        public void Metrics(long step, IReadOnlyDictionary<string, double> values) => Note();

        public void Spectrum(long step, FeatureSpectrum spectrum) => Note();

        public void Log(JobLogLevel level, string text) => Note();

        public void Started(string device, IReadOnlyDictionary<string, string> versions) => Note();

        public void Cost(TrainingCost cost) => Note();

        private void Note() => Threads.Add(Environment.CurrentManagedThreadId);
    }
}
