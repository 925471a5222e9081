using TorchSharp;

namespace PatchSsl.Core.Runtime;

/// <summary>Where and in which types a model computes: the one place that decides precision.</summary>
/// <remarks>
/// Weights, norms, statistics and optimiser state are held in <see cref="Master"/>; convolutions and linear layers cast their weights to
/// <see cref="Compute"/> as they run, and activations between them have that type. Outputs and losses are in <see cref="Master"/> again.
/// </remarks>
/// <param name="Device">Where tensors live.</param>
/// <param name="Compute">Type of activations and of the weights inside a layer.</param>
/// <param name="Master">Type of stored weights and of what leaves the model: float32, or float64 in tests against reference values.</param>
public sealed record ComputePlan(torch.Device Device, torch.ScalarType Compute, torch.ScalarType Master = torch.ScalarType.Float32)
{
    /// <summary>Everything in float32.</summary>
    public static ComputePlan Float32(torch.Device? device = null) => new(device ?? torch.CPU, torch.ScalarType.Float32);

    /// <summary>bfloat16 activations over float32 weights.</summary>
    public static ComputePlan BFloat16(torch.Device? device = null) => new(device ?? torch.CPU, torch.ScalarType.BFloat16);

    /// <summary>Everything in float64: for comparison with reference values.</summary>
    public static ComputePlan Float64(torch.Device? device = null) =>
        new(device ?? torch.CPU, torch.ScalarType.Float64, torch.ScalarType.Float64);

    /// <summary><c>bf16</c>, <c>float32</c> or <c>float64</c>, for people.</summary>
    public string Name => Compute switch
    {
        torch.ScalarType.BFloat16 => "bf16",
        torch.ScalarType.Float32 => "float32",
        torch.ScalarType.Float64 => "float64",
        _ => Compute.ToString().ToLowerInvariant(),
    };

    /// <summary>The plan for an option: auto is bf16 where the device multiplies it natively, else float32.</summary>
    public static ComputePlan For(string precision, torch.Device device) => precision switch
    {
        "bf16" => BFloat16(device),
        "float32" => Float32(device),
        _ => device.type == DeviceType.CUDA || Processor.MultipliesBf16() ? BFloat16(device) : Float32(device),
    };
}
