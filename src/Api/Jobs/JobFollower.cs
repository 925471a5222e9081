using System.Threading.Channels;

namespace PatchSsl.Api.Jobs;

/// <summary>
/// Leads something from one job to the next: takes a turn at the start, and whenever a job has changed. All it knows is in rows, so that a
/// restart of the server goes on where it was.
/// </summary>
public abstract partial class JobFollower(JobChanges changes, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A turn is over: what it did is committed. Handlers return at once.</summary>
    public event Action? Turned;

    /// <summary>Says that there may be something to do.</summary>
    public void Wake() => _turn.Writer.TryWrite(true);

    /// <summary>Takes every step that can be taken now. What it throws is logged, and the turn taken again.</summary>
    protected abstract Task TurnAsync(CancellationToken stoppingToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void OnChanged(Client.Contracts.JobKind kind, string resourceId) => Wake();
        changes.Changed += OnChanged;
        try
        {
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await _turn.Reader.ReadAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server goes; the rows say how far it was
        }
        finally
        {
            changes.Changed -= OnChanged;
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TurnAsync(stoppingToken);
            Turned?.Invoke();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogTurn(e, GetType().Name);
            await Task.Delay(RetryDelay, time, stoppingToken);
            Wake();
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Name} could not go on yet")]
    private partial void LogTurn(Exception e, string name);
}
