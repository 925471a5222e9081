using Microsoft.AspNetCore.SignalR;

namespace PatchSsl.Api.Runs;

/// <summary>The live feed of runs. Names and order of the messages are those of <see cref="Client.Live.RunHub"/>.</summary>
public sealed class RunHub(RunFeeds feeds) : Hub
{
    /// <summary>Sends what came after <paramref name="afterSeq"/>, then goes on live. Subscribing again starts over from there.</summary>
    public async Task Subscribe(string runId, long afterSeq)
    {
        if (!await feeds.SubscribeAsync(Context.ConnectionId, Clients.Caller, runId, afterSeq, Context.ConnectionAborted))
            throw new HubException($"There is no run '{Hosting.Problems.Shown(runId)}', or this connection follows too many.");
    }

    public void Unsubscribe(string runId) => feeds.Unsubscribe(Context.ConnectionId, runId);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feeds.Disconnect(Context.ConnectionId);
        return Task.CompletedTask;
    }
}
