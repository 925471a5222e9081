using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Runs;

/// <summary>
/// Who follows which run. Each subscription has a loop of its own that reads from the database what its client has not seen: nothing is
/// queued for a slow client, nobody waits for it, and catching up is the same as going on.
/// </summary>
public sealed partial class RunFeeds : IDisposable
{
    private const int BatchPoints = 2_000;
    private const int MostSubscriptions = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(.2);
    private readonly IDbContextFactory<PatchSslContext> _databases;
    private readonly TimeProvider _time;
    private readonly ILogger<RunFeeds> _logger;
    private readonly JobChanges _changes;
    private readonly ConcurrentDictionary<(string Connection, string Run), Subscription> _subscriptions = [];

    public RunFeeds(IDbContextFactory<PatchSslContext> databases, JobChanges changes, TimeProvider time, ILogger<RunFeeds> logger)
    {
        (_databases, _changes, _time, _logger) = (databases, changes, time, logger);
        changes.Changed += OnChanged;
    }

    private sealed record Subscription(Channel<bool> Signal, CancellationTokenSource Ended);

    public async Task<bool> SubscribeAsync(string connection, ISingleClientProxy client, string runId, long afterSeq, CancellationToken aborted)
    {
        if (_subscriptions.Keys.Count(k => k.Connection == connection) >= MostSubscriptions) return false;
        await using (var db = await _databases.CreateDbContextAsync(aborted))
        {
            if (!await db.Runs.AnyAsync(r => r.Id == runId, aborted)) return false;
        }
        Unsubscribe(connection, runId);
        // One signal waiting is enough: the loop reads all there is.
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var subscription = new Subscription(signal, CancellationTokenSource.CreateLinkedTokenSource(aborted));
        _subscriptions[(connection, runId)] = subscription;
        _ = FollowAsync(client, runId, afterSeq, subscription);
        return true;
    }

    public void Unsubscribe(string connection, string runId)
    {
        if (_subscriptions.TryRemove((connection, runId), out var old)) old.Ended.Cancel();
    }

    public void Disconnect(string connection)
    {
        foreach (var key in _subscriptions.Keys.Where(k => k.Connection == connection)) Unsubscribe(key.Connection, key.Run);
    }

    private void OnChanged(JobKind kind, string resourceId)
    {
        if (kind != JobKind.Train) return;
        foreach (var (key, subscription) in _subscriptions)
        {
            if (key.Run == resourceId) subscription.Signal.Writer.TryWrite(true);
        }
    }

    private async Task FollowAsync(ISingleClientProxy client, string runId, long afterSeq, Subscription subscription)
    {
        var stop = subscription.Ended.Token;
        try
        {
            while (true)
            {
                var points = await ReadAsync(runId, afterSeq, stop);
                if (points.Length > 0)
                {
                    await client.SendAsync(Client.Live.RunHub.Points, runId, points, stop);
                    afterSeq = points[^1].Seq;
                }
                if (points.Length < BatchPoints)
                {
                    await subscription.Signal.Reader.ReadAsync(stop);
                    await client.SendAsync(Client.Live.RunHub.RunChanged, runId, stop);
                }
                await Task.Delay(Interval, _time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // unsubscribed, or gone
        }
        catch (Exception e)
        {
            LogFeed(e, runId);
        }
    }

    private async Task<MetricPoint[]> ReadAsync(string runId, long afterSeq, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Metrics.AsNoTracking().Where(m => m.RunId == runId && m.Seq > afterSeq).OrderBy(m => m.Seq).Take(BatchPoints).ToListAsync(cancellationToken);
        return [.. rows.Select(m => new MetricPoint(m.Seq, m.Step, m.Name, m.Value, m.Time))];
    }

    public void Dispose()
    {
        _changes.Changed -= OnChanged;
        foreach (var subscription in _subscriptions.Values) subscription.Ended.Cancel();
    }

    [LoggerMessage(LogLevel.Warning, "The feed of run {RunId} to a client ended")]
    private partial void LogFeed(Exception e, string runId);
}
