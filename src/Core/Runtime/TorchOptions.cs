namespace PatchSsl.Core.Runtime;

/// <summary>How libtorch is loaded and used.</summary>
public sealed record TorchOptions
{
    /// <summary><c>auto</c> (default: CUDA where it works, else the CPU), <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Folder to load libtorch from, such as <c>torch/lib</c> of a PyTorch installation; null (default) takes the packaged one.</summary>
    public string? LibraryPath { get; init; }

    /// <summary><c>auto</c> (default: bf16 where the device computes it natively, else float32), <c>bf16</c> or <c>float32</c>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>CPU threads of one process; 0 (default) takes every core. Results repeat bit for bit only with the same number.</summary>
    public int Threads { get; init; }
}
