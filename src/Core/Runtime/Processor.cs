using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Runtime;

/// <summary>What this computer's processor says of itself.</summary>
internal static class Processor
{
    /// <summary>True where the kernel lists AVX-512 BF16 or AMX among the processor's features, and <see cref="TellsItsCaches"/> lets them be used.</summary>
    public static bool MultipliesBf16()
    {
        const string cpuInfo = "/proc/cpuinfo";
        if (!TellsItsCaches() || !File.Exists(cpuInfo)) return false;
        var flags = File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var names = flags.Split(' ');
        return names.Contains("avx512_bf16") || names.Contains("amx_bf16");
    }

    /// <summary>False on an AMD processor whose virtual machine leaves out the sizes of its caches.</summary>
    /// <remarks>
    /// oneDNN, libtorch's convolutions, takes what such a machine says of them (CPUID leaf 8000001D, all zeros) for caches of one byte, and its
    /// convolutions for AVX2 and AVX-512, cut to fit them, divide by zero or write past the end of their memory.
    /// </remarks>
    public static bool TellsItsCaches()
    {
        const int vendor = 0, caches = unchecked((int)0x8000001D), authenticAmd = 0x68747541, cacheType = 31;
        if (!X86Base.IsSupported || X86Base.CpuId(vendor, 0).Ebx != authenticAmd) return true;
        return (X86Base.CpuId(caches, 0).Eax & cacheType) != 0;
    }
}
