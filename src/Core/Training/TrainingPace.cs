using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Training;

/// <summary>A measurement of how fast a recipe trains here.</summary>
/// <param name="ScratchDirectory">Made for the measurement, and removed after it.</param>
/// <param name="DatasetDirectory">An imported dataset.</param>
public sealed record PaceSpec(string ScratchDirectory, string DatasetDirectory, Recipe Recipe, long Seed);

/// <summary>How fast a recipe trains on a machine.</summary>
/// <param name="SecondsAStep">Mean over the measured steps, with the recipe's share of diagnostics and online kNN; checkpoints left out.</param>
/// <param name="Steps">Steps measured, those to warm up left out.</param>
/// <param name="Device">The device, library and precision in use.</param>
public sealed record TrainingPace(double SecondsAStep, int Steps, string Device)
{
    /// <summary>Steps that fill and fault in what every later step reuses.</summary>
    public const int WarmUp = 4;

    /// <summary>Steps that are measured; losses are read, which waits for the device, every fourth.</summary>
    public const int Measured = 12;

    private const int Every = 4, Last = WarmUp + Measured, Diagnostics = Last + 1, Knn = Last + 2;

    /// <summary>Trains for a few steps exactly as a run would, and saves nothing.</summary>
    /// <remarks>
    /// <code>
    /// step   1 … 4      5 … 16      17            18
    ///        warm up    measured    diagnostics   online kNN
    /// </code>
    /// A step costs the mean of the measured ones, and its share of the other two at the recipe's intervals, within what a training spends on them.
    /// </remarks>
    /// <exception cref="JobFailedException">The dataset or the recipe will not do; says what to change.</exception>
    public static TrainingPace Measure(PaceSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop, TimeProvider? time = null)
    {
        var watch = new Watch(reporter, stop, time ?? TimeProvider.System);
        var recipe = spec.Recipe with
        {
            // Far enough away that neither the schedule's end nor a checkpoint comes into the measurement.
            MaxSteps = 1_000_000,
            StopAfter = 1,
            CheckpointEverySeconds = 86_400,
            CheckpointEverySteps = 0,
            MetricsEvery = Every,
            DiagnosticsEvery = spec.Recipe.DiagnosticsEvery > 0 ? Diagnostics : 0,
            KnnEvery = spec.Recipe.KnnEvery > 0 ? Knn : 0,
        };
        try
        {
            TrainingRun.Run(new TrainingSpec(spec.ScratchDirectory, spec.DatasetDirectory, recipe, spec.Seed, null), runtime, watch, CancellationToken.None, time);
            throw new InvalidOperationException($"The training ended within {Knn} steps.");
        }
        catch (EnoughException)
        {
            var step = watch.Seconds(WarmUp, Last) / Measured;
            var watching = Share(Diagnostics, spec.Recipe.DiagnosticsEvery, step) + Share(Knn, spec.Recipe.KnnEvery, step);
            return new TrainingPace(step + Math.Min(watching, TrainingWatch.Share * step), Measured, runtime.Summary);
        }
        finally
        {
            if (Directory.Exists(spec.ScratchDirectory)) Directory.Delete(spec.ScratchDirectory, recursive: true);
        }

        double Share(int at, int every, double step) => every > 0 ? Math.Max(0, watch.Seconds(at - 1, at) - step) / every : 0;
    }

    /// <summary>Ends the training from within, so that it saves no checkpoint.</summary>
    private sealed class EnoughException : Exception;

    /// <summary>Notes when each step ended, and ends the training after the last.</summary>
    private sealed class Watch(IJobReporter reporter, CancellationToken stop, TimeProvider time) : ITrainingReporter
    {
        private readonly long[] _ended = new long[Knn + 1];

        public double Seconds(int from, int to) => time.GetElapsedTime(_ended[from], _ended[to]).TotalSeconds;

        public void Progress(long done, long total, string unit)
        {
            _ended[done] = time.GetTimestamp();
            reporter.Progress(done, Knn, unit);
            stop.ThrowIfCancellationRequested();
            if (done == Knn) throw new EnoughException();
        }

        public void Started(string device, IReadOnlyDictionary<string, string> versions) => reporter.Started(device, versions);

        public void Log(JobLogLevel level, string text) => reporter.Log(level, text);

        public void Metrics(long step, IReadOnlyDictionary<string, double> values)
        {
            // What so few steps measure tells nothing about the recipe.
        }

        public void Checkpoint(long step, string fileName, string sha256, long bytes)
        {
            // None is saved.
        }

        public void Spectrum(long step, FeatureSpectrum spectrum)
        {
            // Likewise.
        }

        public void Cost(TrainingCost cost)
        {
            // Nothing of it lasts.
        }
    }
}
