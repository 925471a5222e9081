namespace PatchSsl.Web.State;

/// <summary>Whether the server answers, as the last request found out.</summary>
public sealed class ServerConnection
{
    public event Action? Changed;

    public bool Reachable { get; private set; } = true;

    public void Report(bool reachable)
    {
        if (Reachable == reachable) return;
        Reachable = reachable;
        Changed?.Invoke();
    }
}

/// <summary>Watches every request for a server that no longer answers.</summary>
public sealed class ConnectionHandler(ServerConnection connection) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            connection.Report(true);
            return response;
        }
        catch (HttpRequestException)
        {
            connection.Report(false);
            throw;
        }
    }
}
