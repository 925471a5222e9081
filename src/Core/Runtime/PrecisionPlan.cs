using TorchSharp;

namespace PatchSsl.Core.Runtime;

/// <summary>What is computed in which type: the only place that decides it.</summary>
/// <remarks>Master weights, norms, optimiser state and objectives are float32 always; convolutions and products run in <see cref="Compute"/>.</remarks>
/// <param name="Compute">bfloat16 or float32.</param>
public sealed record PrecisionPlan(torch.ScalarType Compute)
{
    /// <summary>float32 throughout.</summary>
    public static PrecisionPlan Float32 { get; } = new(torch.ScalarType.Float32);

    /// <summary>bfloat16 products on float32 masters.</summary>
    public static PrecisionPlan Bf16 { get; } = new(torch.ScalarType.BFloat16);

    /// <summary>The spelling of <c>Torch:Precision</c>.</summary>
    public string Name => Compute == torch.ScalarType.BFloat16 ? "bf16" : "float32";

    /// <summary>The plan for an option: auto is bf16 where the device multiplies it natively.</summary>
    public static PrecisionPlan For(string precision, bool cuda) => precision switch
    {
        "bf16" => Bf16,
        "float32" => Float32,
        _ => cuda || CpuMultipliesBf16() ? Bf16 : Float32,
    };

    /// <summary>True where the kernel lists AVX-512 BF16 or AMX among the processor's features.</summary>
    private static bool CpuMultipliesBf16()
    {
        const string cpuInfo = "/proc/cpuinfo";
        if (!File.Exists(cpuInfo)) return false;
        var flags = File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var names = flags.Split(' ');
        return names.Contains("avx512_bf16") || names.Contains("amx_bf16");
    }
}
