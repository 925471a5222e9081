namespace PatchSsl.Core.Jobs;

/// <summary>Where a job tells what it is doing. Calls are cheap and never block on a reader.</summary>
public interface IJobReporter
{
    /// <summary>Progress: <paramref name="done"/> of <paramref name="total"/> (0 while unknown) <paramref name="unit"/>s.</summary>
    void Progress(long done, long total, string unit);

    /// <summary>Values measured at a step; NaN and infinities are reported as such.</summary>
    void Metrics(long step, IReadOnlyDictionary<string, double> values);

    /// <summary>A line for people.</summary>
    void Log(JobLogLevel level, string text);

    /// <summary>The device, library and precision in use, once known.</summary>
    void Started(string device, IReadOnlyDictionary<string, string> versions);
}

/// <summary>Weight of a log line.</summary>
public enum JobLogLevel { Information, Warning, Error }
