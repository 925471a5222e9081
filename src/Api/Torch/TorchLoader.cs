using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Torch;

/// <summary>Loads libtorch into this process when it is first needed, so that an idle server stays small.</summary>
public sealed class TorchLoader(TorchOptions options)
{
    private readonly Lock _gate = new();
    private TorchRuntime? _runtime;

    /// <summary>Loads libtorch unless it is loaded.</summary>
    /// <exception cref="TorchUnavailableException">It does not load; tried again the next time.</exception>
    public TorchRuntime Start()
    {
        lock (_gate) return _runtime ??= TorchRuntime.Start(options);
    }
}
