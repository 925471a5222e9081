using System.Runtime.InteropServices;

namespace PatchSsl.Core.Runtime;

/// <summary>A variable that a native library reads, what it is set to where nobody set it, and why.</summary>
/// <param name="Name">As the library spells it.</param>
/// <param name="Value">What this program wants.</param>
/// <param name="Reason">What it is good for, in a sentence.</param>
public sealed record EnvironmentSetting(string Name, string Value, string Reason);

/// <summary>What the native libraries find in the environment. Whatever is set already has the last word.</summary>
/// <remarks>
/// They read it from the C library's environment, which .NET copies when it starts and keeps apart: <see cref="Environment.SetEnvironmentVariable(string, string)"/>
/// reaches children only, so the process's own is set through the C library, and before the library that reads it is loaded.
/// </remarks>
public static partial class ProcessEnvironment
{
    /// <summary>Read while libtorch is loaded or first computes.</summary>
    public static IReadOnlyList<EnvironmentSetting> OfLibtorch { get; } =
    [
        new("OMP_WAIT_POLICY", "passive",
            "A thread that waits for the others sleeps at once instead of keeping its core busy for milliseconds: the cores are shared with decoders, "
            + "requests and other jobs, and on 2 cores with a load of 16 a forward is 4 to 13 times as fast so."),
        new("MKL_CBWR", "AUTO,STRICT",
            "The kernels of matrix products are chosen by the processor alone and not by where a matrix happens to lie in memory: without it, on some "
            + "processors, the same seed gives other last digits."),
        .. Processor.TellsItsCaches()
            ? (ReadOnlySpan<EnvironmentSetting>)[]
            : [new("ONEDNN_MAX_CPU_ISA", "AVX",
                "Where a virtual machine of AMD leaves out the sizes of the caches, oneDNN's newer convolutions divide by zero or corrupt memory.")],
    ];

    /// <summary>
    /// Read by glibc as a process starts: for children that compute with large tensors, as workers do. By default it maps each of them afresh and
    /// gives it back to the system at once, which then clears every page again: in a step of a small encoder that is up to 40 % of the time.
    /// </summary>
    public static IReadOnlyList<EnvironmentSetting> OfWorkers { get; } =
    [
        new("MALLOC_MMAP_MAX_", "0", "Large tensors come from the heap, where their memory is used again, and not from mappings of their own."),
        new("MALLOC_TRIM_THRESHOLD_", "17179869184", "The heap keeps what is freed, up to 16 GiB: the next step needs as much again."),
        new("MALLOC_TOP_PAD_", "67108864", "The heap grows by 64 MiB at a time."),
    ];

    /// <summary>Sets what is not set, in this process. Without effect on libraries that are loaded already.</summary>
    public static void Prepare()
    {
        const int keepWhatIsSet = 0;
        if (!OperatingSystem.IsLinux()) return;
        foreach (var setting in OfLibtorch) _ = SetEnvironment(setting.Name, setting.Value, keepWhatIsSet);
    }

    /// <summary>Sets what is not set in the environment that a child is started with.</summary>
    /// <param name="settings">One of the tables here.</param>
    public static void GiveTo(IDictionary<string, string?> child, IEnumerable<EnvironmentSetting> settings)
    {
        foreach (var setting in settings) child.TryAdd(setting.Name, setting.Value);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
