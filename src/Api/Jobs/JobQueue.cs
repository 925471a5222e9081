using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Jobs;

/// <summary>Starts queued jobs, the oldest first, as many at a time as are allowed. Nothing that a job does ends this loop.</summary>
public sealed partial class JobQueue(
    JobService jobs, JobStore store, TorchOptions torch, JobsOptions options, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, (JobRun Run, Task Task)> _running = [];
    private readonly ILogger _logger = loggers.CreateLogger<JobQueue>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (_running.Count < options.Parallel && await NextAsync(stoppingToken) is { } id) Start(id, stoppingToken);
                await jobs.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                LogQueue(e);
                await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        // Each run has seen the same token: its worker saves and ends, or is killed after the grace period.
        await Task.WhenAll(_running.Values.Select(r => r.Task));
    }

    /// <summary>Asks a job to stop: it leaves the queue, or its worker saves and ends. Once it has ended nothing happens.</summary>
    public async Task<Database.JobRow?> StopAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await store.ChangeAsync(jobId, job =>
        {
            switch (job.State)
            {
                case JobState.Queued:
                    (job.State, job.FinishedAt) = (JobState.Stopped, time.GetUtcNow());
                    return true;
                case JobState.Running:
                    job.State = JobState.Stopping;
                    return true;
                default:
                    return false;
            }
        }, cancellationToken);
        if (job?.State == JobState.Stopping && _running.TryGetValue(jobId, out var running)) running.Run.RequestStop();
        return job;
    }

    private async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        await using var db = await store.OpenAsync(cancellationToken);
        var started = _running.Keys.ToList();
        return await db.Jobs.Where(j => j.State == JobState.Queued && !started.Contains(j.Id))
            .OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).Select(j => j.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private void Start(string id, CancellationToken shutdown)
    {
        var run = new JobRun(id, store, torch, options, time, loggers.CreateLogger<JobRun>());
        var task = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = (run, task.Task);
        _ = Task.Run(async () =>
        {
            try
            {
                await run.RunAsync(shutdown);
            }
            catch (Exception e)
            {
                LogQueue(e);
            }
            finally
            {
                _running.TryRemove(id, out _);
                task.SetResult();
                jobs.Wake();
            }
        }, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Error, "The job queue met an error and goes on")]
    private partial void LogQueue(Exception e);
}
