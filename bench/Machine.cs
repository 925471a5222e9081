using System.Reflection;
using System.Runtime.InteropServices;

namespace PatchSsl.Bench;

/// <summary>Where and when a case ran.</summary>
/// <param name="Load">Load average of the minute before the case, which tells a busy machine from a quiet one.</param>
internal sealed record Machine(string Processor, int Cores, double MemoryGiB, string System, string Runtime, string Version, double Load, string Date)
{
    public static Machine Here(TimeProvider time) => new(
        Processor: Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Cores: Environment.ProcessorCount,
        MemoryGiB: Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        System: RuntimeInformation.OSDescription,
        Runtime: RuntimeInformation.FrameworkDescription,
        Version: typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Load: File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], Invariant) : double.NaN,
        Date: time.GetUtcNow().ToString("yyyy-MM-dd HH:mm'Z'", Invariant));

    /// <summary>Another device that the figures are of, such as a GPU.</summary>
    public string? Device { get; init; }

    private static readonly global::System.Globalization.CultureInfo Invariant = global::System.Globalization.CultureInfo.InvariantCulture;

    private static string? Line(string file, string key) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
