using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client.Live;

/// <summary>The hub over SignalR, rebuilt for as long as it takes.</summary>
public sealed class HubRunConnection : IRunConnection
{
    private readonly HubConnection _hub;

    /// <param name="server">The server's root.</param>
    public HubRunConnection(Uri server)
    {
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server, ApiRoutes.RunHub))
            .WithAutomaticReconnect(new Forever())
            .AddJsonProtocol(o => o.PayloadSerializerOptions = ClientJson.Options)
            .Build();
        _hub.On<string, MetricPoint[]>(RunHub.Points, (runId, points) => Points?.Invoke(runId, points));
        _hub.On<string>(RunHub.RunChanged, runId => RunChanged?.Invoke(runId));
        _hub.Reconnecting += _ => TellAsync(Lost);
        _hub.Reconnected += _ => TellAsync(Restored);
    }

    public event Action<string, IReadOnlyList<MetricPoint>>? Points;
    public event Action<string>? RunChanged;
    public event Action? Lost;
    public event Action? Restored;

    public Task StartAsync(CancellationToken cancellationToken) =>
        _hub.State == HubConnectionState.Disconnected ? _hub.StartAsync(cancellationToken) : Task.CompletedTask;

    public Task SubscribeAsync(string runId, long afterSeq, CancellationToken cancellationToken) =>
        _hub.InvokeAsync(RunHub.Subscribe, runId, afterSeq, cancellationToken);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private static Task TellAsync(Action? listeners)
    {
        listeners?.Invoke();
        return Task.CompletedTask;
    }

    /// <summary>At once, then ever slower up to five seconds: a restarted server is back within that.</summary>
    private sealed class Forever : IRetryPolicy
    {
        public TimeSpan? NextRetryDelay(RetryContext retryContext) =>
            TimeSpan.FromSeconds(Math.Min(5, retryContext.PreviousRetryCount));
    }
}
