using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Training;

public sealed class TrainingPaceTests : IDisposable
{
    private readonly TrainingFixture _folder = new();

    private PaceSpec Spec(Recipe? recipe = null, int images = 40) =>
        new(_folder["pace"], _folder.Dataset(images), recipe ?? TrainingFixture.Recipe, Seed: 5);

    [Fact]
    public void A_pace_is_measured_and_nothing_is_left()
    {
        var seen = new TrainingRecorder();
        var pace = TrainingPace.Measure(Spec(), TrainingFixture.Runtime(), seen, TestContext.Current.CancellationToken);
        Assert.InRange(pace.SecondsAStep, 1e-6, 60);
        Assert.Equal(TrainingPace.Measured, pace.Steps);
        Assert.Contains("cpu", pace.Device, StringComparison.Ordinal);
        Assert.Equal((18, 18, "steps"), seen.Last);
        Assert.Empty(seen.Saved);
        Assert.Empty(seen.Values);
        Assert.Empty(seen.Costs);
        Assert.False(Directory.Exists(_folder["pace"]));
    }

    [Fact]
    public void A_step_pays_its_share_of_what_comes_now_and_then()
    {
        var clock = new StepClock { Diagnostics = 1, Knn = 3 };
        var recipe = TrainingFixture.Recipe with { DiagnosticsEvery = 1_000, KnnEvery = 2_000 };
        var pace = TrainingPace.Measure(Spec(recipe), TrainingFixture.Runtime(), clock, TestContext.Current.CancellationToken, clock);
        Assert.Equal(.5 + (1 / 1_000.0) + (3 / 2_000.0), pace.SecondsAStep, 9);
    }

    [Theory]
    [InlineData(0, 0, .5)]
    [InlineData(10, 20, .51)]
    public void It_pays_no_more_than_a_training_spends_on_it(int diagnosticsEvery, int knnEvery, double expected)
    {
        var clock = new StepClock { Diagnostics = 1, Knn = 3 };
        var recipe = TrainingFixture.Recipe with { DiagnosticsEvery = diagnosticsEvery, KnnEvery = knnEvery };
        var pace = TrainingPace.Measure(Spec(recipe), TrainingFixture.Runtime(), clock, TestContext.Current.CancellationToken, clock);
        Assert.Equal(expected, pace.SecondsAStep, 9);
    }

    [Fact]
    public void What_cannot_train_cannot_be_measured()
    {
        var error = Assert.Throws<JobFailedException>(() => TrainingPace.Measure(
            Spec(TrainingFixture.Recipe with { BatchImages = 100 }), TrainingFixture.Runtime(), new TrainingRecorder(), TestContext.Current.CancellationToken));
        Assert.Contains("batchImages", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["pace"]));
    }

    [Fact]
    public void A_measurement_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var seen = new TrainingRecorder { OnProgress = done => { if (done == 3) stop.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => TrainingPace.Measure(Spec(), TrainingFixture.Runtime(), seen, stop.Token));
        Assert.Equal(3, seen.Last.Done);
        Assert.False(Directory.Exists(_folder["pace"]));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A clock that stands still but for each step, whose time is set here.</summary>
    private sealed class StepClock : TimeProvider, ITrainingReporter
    {
        private double _seconds;

        public double Diagnostics { get; init; }

        public double Knn { get; init; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)(_seconds * TimestampFrequency);

        public void Progress(long done, long total, string unit) => _seconds += .5 + (done == 16 ? Diagnostics : done == 17 ? Knn : 0);

        public void Metrics(long step, IReadOnlyDictionary<string, double> values) => Assert.Fail("Nothing is measured but the time.");

        public void Log(JobLogLevel level, string text) => Assert.NotEmpty(text);

        public void Started(string device, IReadOnlyDictionary<string, string> versions) => Assert.NotEmpty(device);

        public void Checkpoint(long step, string fileName, string sha256, long bytes) => Assert.Fail("Nothing is saved.");

        public void Spectrum(long step, FeatureSpectrum spectrum)
        {
            // Diagnostics are taken, for their time.
        }

        public void Cost(TrainingCost cost) => Assert.Fail("Nothing of it lasts.");
    }
}
