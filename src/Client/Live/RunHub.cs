using PatchSsl.Client.Contracts;

namespace PatchSsl.Client.Live;

/// <summary>Names of the hub at <see cref="ApiRoutes.RunHub"/>, for both ends of the wire.</summary>
public static class RunHub
{
    /// <summary>Client → server: <c>(string runId, long afterSeq)</c>. Sends what came after, then goes on live.</summary>
    public const string Subscribe = "Subscribe";

    /// <summary>Client → server: <c>(string runId)</c>.</summary>
    public const string Unsubscribe = "Unsubscribe";

    /// <summary>Server → client: <c>(string runId, MetricPoint[] points)</c>, ordered by seq, at most five a second.</summary>
    public const string Points = "Points";

    /// <summary>Server → client: <c>(string runId)</c>: state, progress, checkpoints or log have changed.</summary>
    public const string RunChanged = "RunChanged";
}

/// <summary>A connection to the hub. One implementation speaks SignalR, tests bring their own.</summary>
public interface IRunConnection : IAsyncDisposable
{
    /// <summary>Points of a subscribed run.</summary>
    event Action<string, IReadOnlyList<MetricPoint>>? Points;

    /// <summary>A subscribed run has changed.</summary>
    event Action<string>? RunChanged;

    /// <summary>The connection broke; it is being rebuilt.</summary>
    event Action? Lost;

    /// <summary>The connection is back; the server has forgotten every subscription.</summary>
    event Action? Restored;

    Task StartAsync(CancellationToken cancellationToken);

    Task SubscribeAsync(string runId, long afterSeq, CancellationToken cancellationToken);
}
