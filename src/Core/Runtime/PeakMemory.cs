using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PatchSsl.Core.Runtime;

/// <summary>The most memory this process has held at once.</summary>
/// <remarks>
/// Resident memory is the kernel's own high-water mark, so that no peak between two readings is missed. Of a GPU only the present use can be
/// read, and of all its processes together: what it grew by since this was made stands for ours. libtorch keeps what it once took, so the
/// readings find the peak as well.
/// </remarks>
internal sealed partial class PeakMemory
{
    private const string Status = "/proc/self/status", HighWater = "VmHWM:";

    private readonly long? _deviceAtStart;
    private long _residentPeak, _devicePeak;

    public PeakMemory(bool isCuda) => _deviceAtStart = isCuda ? DeviceUse() : null;

    /// <summary>Bytes, up to now.</summary>
    public long Bytes()
    {
        if (_deviceAtStart is { } before && DeviceUse() is { } now) _devicePeak = Math.Max(_devicePeak, now - before);
        // The kernel gathers its count thread by thread, so that a later mark may be read some hundred kilobytes lower.
        _residentPeak = Math.Max(_residentPeak, Resident());
        return _residentPeak + _devicePeak;
    }

    private static long Resident()
    {
        if (File.Exists(Status))
        {
            foreach (var line in File.ReadLines(Status))
            {
                if (line.StartsWith(HighWater, StringComparison.Ordinal) && Kibibytes(line) is { } kibibytes) return kibibytes * 1024;
            }
        }
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>Of <c>VmHWM:    123456 kB</c>.</summary>
    private static long? Kibibytes(string line)
    {
        var number = line.AsSpan(HighWater.Length).Trim().TrimEnd("kB").TrimEnd();
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>Bytes in use on the current device; null where the driver does not say.</summary>
    private static long? DeviceUse()
    {
        try
        {
            return MemGetInfo(out var free, out var total) == 0 ? (long)(total - free) : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemGetInfo(out nuint free, out nuint total);
}
