using PatchSsl.Core.Training;
using PatchSsl.Core.Training.Diagnostics;

namespace PatchSsl.Core.Jobs;

/// <summary>Where a job tells what it is doing. Calls are cheap and never block on a reader.</summary>
public interface IJobReporter
{
    /// <summary>Progress: <paramref name="done"/> of <paramref name="total"/> (0 while unknown) <paramref name="unit"/>s.</summary>
    void Progress(long done, long total, string unit);

    /// <summary>Values measured at a step; NaN and infinities are reported as such.</summary>
    void Metrics(long step, IReadOnlyDictionary<string, double> values);

    /// <summary>A spectrum measured at a step; said before the metrics of the same measurement.</summary>
    void Spectrum(long step, FeatureSpectrum spectrum);

    /// <summary>A line for people.</summary>
    void Log(JobLogLevel level, string text);

    /// <summary>The device, library and precision in use, once known.</summary>
    void Started(string device, IReadOnlyDictionary<string, string> versions);

    /// <summary>A checkpoint is durable under its final name.</summary>
    void Checkpoint(long step, string fileName, string sha256, long bytes);

    /// <summary>What a training took so far, all its sittings together.</summary>
    void Cost(TrainingCost cost);
}

/// <summary>Weight of a log line.</summary>
public enum JobLogLevel { Information, Warning, Error }

/// <summary>An expected end of a job: the input cannot be used, or the work cannot go on. The message is for the person who asked.</summary>
public sealed class JobFailedException(string message, Exception? inner = null) : Exception(message, inner);
