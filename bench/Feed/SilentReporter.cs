using PatchSsl.Core.Jobs;

namespace PatchSsl.Bench;

/// <summary>For jobs that are timed and need no witness.</summary>
internal sealed class SilentReporter : IJobReporter
{
    public void Progress(long done, long total, string unit)
    {
    }

    public void Metrics(long step, IReadOnlyDictionary<string, double> values)
    {
    }

    public void Log(JobLogLevel level, string text)
    {
    }

    public void Started(string device, IReadOnlyDictionary<string, string> versions)
    {
    }
}
