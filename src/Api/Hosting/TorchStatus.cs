namespace PatchSsl.Api.Hosting;

/// <summary>What the probe found out about libtorch, once it is done.</summary>
public sealed class TorchStatus : BackgroundService
{
    public string Summary { get; private set; } = "being probed";
    public string Device { get; private set; } = "";
    public IReadOnlyDictionary<string, string> Versions { get; private set; } = new Dictionary<string, string>();

    /// <summary>Null while the probe runs.</summary>
    public bool? Works { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
}
