using System.Net;

namespace PatchSsl.Web.State;

/// <summary>Whether the server answers and lets this browser in, as the last request found out.</summary>
public sealed class ServerConnection
{
    public event Action? Changed;

    public bool Reachable { get; private set; } = true;

    /// <summary>True when the server asked for a key that this browser has not given.</summary>
    public bool KeyNeeded { get; private set; }

    public void Report(bool reachable, bool keyNeeded = false)
    {
        if (Reachable == reachable && KeyNeeded == keyNeeded) return;
        (Reachable, KeyNeeded) = (reachable, keyNeeded);
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
            connection.Report(true, response.StatusCode == HttpStatusCode.Unauthorized);
            return response;
        }
        catch (HttpRequestException)
        {
            connection.Report(false);
            throw;
        }
    }
}
