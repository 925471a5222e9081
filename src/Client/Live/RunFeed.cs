using PatchSsl.Client.Contracts;

namespace PatchSsl.Client.Live;

/// <summary>Whether points arrive.</summary>
public enum FeedState { Connecting, Live, Reconnecting }

/// <summary>
/// The live points of one run. A dropped connection, a lost message or a restarted server is caught up by asking
/// for everything after the last sequence number taken, so a curve never has a hole and never a point twice.
/// Events come on the connection's thread.
/// </summary>
public sealed class RunFeed(IRunConnection connection, string runId, long afterSeq, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private readonly PointSequence _sequence = new(afterSeq);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>New points, in order.</summary>
    public event Action<IReadOnlyList<MetricPoint>>? PointsArrived;

    /// <summary>The run's state, progress, checkpoints or log have changed.</summary>
    public event Action? RunChanged;

    public event Action<FeedState>? StateChanged;

    public FeedState State { get; private set; } = FeedState.Connecting;

    /// <summary>Newest sequence number taken.</summary>
    public long LastSeq => _sequence.Last;

    /// <summary>Connects and subscribes, trying again until it succeeds or the feed is disposed.</summary>
    public async Task StartAsync()
    {
        connection.Points += OnPoints;
        connection.RunChanged += OnRunChanged;
        connection.Lost += OnLost;
        connection.Restored += OnRestored;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await connection.StartAsync(_closing.Token);
                await connection.SubscribeAsync(runId, LastSeq, _closing.Token);
                Become(FeedState.Live);
                return;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // Whatever the transport threw, the state is what the person sees and the next attempt is what helps.
                Become(FeedState.Reconnecting);
                await Task.Delay(RetryDelay, time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        connection.Points -= OnPoints;
        connection.RunChanged -= OnRunChanged;
        connection.Lost -= OnLost;
        connection.Restored -= OnRestored;
        await _closing.CancelAsync();
        await connection.DisposeAsync();
    }

    private void OnPoints(string id, IReadOnlyList<MetricPoint> batch)
    {
        if (id != runId) return;
        var points = _sequence.Take(batch, out var gap);
        if (points.Count > 0) PointsArrived?.Invoke(points);
        if (gap) _ = CatchUpAsync();
    }

    private void OnRunChanged(string id)
    {
        if (id == runId) RunChanged?.Invoke();
    }

    private void OnLost() => Become(FeedState.Reconnecting);

    private void OnRestored() => _ = CatchUpAsync();

    private async Task CatchUpAsync()
    {
        try
        {
            await connection.SubscribeAsync(runId, LastSeq, _closing.Token);
            Become(FeedState.Live);
            RunChanged?.Invoke();
        }
        catch (Exception)
        {
            // Broken again before the answer: Lost has been raised, and Restored asks once more.
        }
    }

    private void Become(FeedState state)
    {
        if (State == state) return;
        State = state;
        StateChanged?.Invoke(state);
    }
}
