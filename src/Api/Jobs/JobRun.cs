using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Jobs;

/// <summary>One job from the queue to its end.</summary>
/// <remarks>
/// 1. wait for a worker that an earlier server left behind, 2. build the spec from the rows, 3. start the worker, 4. write what it reports
/// in batches, at most five a second, 5. write how it ended.
/// </remarks>
public sealed partial class JobRun(string jobId, JobStore store, TorchOptions torch, JobsOptions options, TimeProvider time, ILogger<JobRun> logger)
{
    private const int BatchSize = 4_000;
    private static readonly TimeSpan BatchInterval = TimeSpan.FromSeconds(.2);
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProgressMeter _meter = new(time);
    private bool _killed;
    private WorkerEvent? _end;

    /// <summary>Asks the worker to save and end; it is killed after the grace period.</summary>
    public void RequestStop() => _stopRequested.TrySetResult();

    /// <param name="shutdown">The server goes: the worker saves and ends, and the job goes back to the queue at the next start.</param>
    public async Task RunAsync(CancellationToken shutdown)
    {
        try
        {
            // :: Step 1 and 2
            if (await PrepareAsync(shutdown) is not { } spec) return;

            // :: Step 3
            using var worker = WorkerProcess.Start(jobId, spec, logger);
            var started = await store.ChangeAsync(jobId, job => Begin(job, worker), CancellationToken.None);
            if (started is null or { State: not (JobState.Running or JobState.Stopping) }) return; // cancelled in between
            using var watch = new CancellationTokenSource();
            var watching = WatchAsync(worker, shutdown, watch.Token);

            // :: Step 4
            var reader = ReadAsync(worker);
            await WriteAsync(reader.Events);
            await reader.Done;
            var death = await worker.EndAsync();
            await watch.CancelAsync();
            await watching;

            // :: Step 5
            await PersistAsync(() => store.ChangeAsync(jobId, (db, job) => EndAsync(db, job, death, shutdown.IsCancellationRequested), CancellationToken.None));
            await AfterAsync((handler, db, job) => job.State.Ended() && !job.ResumeOnStart ? handler.EndedAsync(db, job, CancellationToken.None) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            // Not started yet: it is still in the queue.
        }
        catch (Exception e)
        {
            LogFailed(e, jobId);
            await PersistAsync(() => store.ChangeAsync(jobId, job => Close(job, JobState.Failed, "The server could not run it; its log says more."), CancellationToken.None));
        }
    }

    private async Task<WorkerJob?> PrepareAsync(CancellationToken shutdown)
    {
        await using var db = await store.OpenAsync(shutdown);
        var job = await db.Jobs.FirstAsync(j => j.Id == jobId, shutdown);
        if (job is { WorkerPid: { } pid, WorkerStartedAt: { } since }) await LeftBehind.EndAsync(pid, since, time, shutdown);
        var handler = store.Handler(job.Kind);
        try
        {
            await handler.PrepareAsync(db, job, shutdown);
            var spec = await handler.SpecAsync(db, job, shutdown);
            return new WorkerJob(job.Kind, torch, JsonSerializer.SerializeToElement(spec, spec.GetType(), WorkerEvent.Json));
        }
        catch (JobFailedException e)
        {
            await store.ChangeAsync(jobId, row => Close(row, JobState.Failed, e.Message), CancellationToken.None);
            return null;
        }
    }

    private bool Begin(JobRow job, WorkerProcess worker)
    {
        if (job.State != JobState.Queued) return false;
        job.State = JobState.Running;
        job.StartedAt ??= time.GetUtcNow();
        (job.FinishedAt, job.Error, job.ResumeOnStart) = (null, null, false);
        (job.WorkerPid, job.WorkerStartedAt) = (worker.Pid, worker.StartedAt);
        return true;
    }

    /// <summary>Passes a wish to stop, or the server's end, on to the worker; kills it when the grace period is over.</summary>
    private async Task WatchAsync(WorkerProcess worker, CancellationToken shutdown, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(shutdown, ended);
        await Task.WhenAny(_stopRequested.Task, Task.Delay(Timeout.Infinite, either.Token));
        if (ended.IsCancellationRequested) return;
        if (shutdown.IsCancellationRequested) worker.CloseInput();
        else worker.RequestStop();
        await Task.Delay(TimeSpan.FromSeconds(options.StopGraceSeconds), time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ended.IsCancellationRequested) return;
        _killed = true;
        worker.Kill();
    }

    private static (ChannelReader<WorkerEvent> Events, Task Done) ReadAsync(WorkerProcess worker)
    {
        var channel = Channel.CreateBounded<WorkerEvent>(new BoundedChannelOptions(4 * BatchSize) { SingleReader = true, SingleWriter = true });
        return (channel.Reader, Task.Run(async () =>
        {
            try
            {
                await foreach (var e in worker.EventsAsync()) await channel.Writer.WriteAsync(e);
            }
            finally
            {
                channel.Writer.Complete();
            }
        }));
    }

    private async Task WriteAsync(ChannelReader<WorkerEvent> events)
    {
        while (await events.WaitToReadAsync())
        {
            var batch = new List<WorkerEvent>();
            while (batch.Count < BatchSize && events.TryRead(out var e)) batch.Add(e);
            _end = batch.LastOrDefault(e => e is WorkerEvent.Finished or WorkerEvent.Failed or WorkerEvent.Stopped) ?? _end;
            await PersistAsync(() => store.ChangeAsync(jobId, (db, job) => ReportAsync(db, job, batch), CancellationToken.None));
            await AfterAsync((handler, db, job) => handler.CommittedAsync(db, job, batch, CancellationToken.None));
            if (_end is null) await Task.Delay(BatchInterval, time);
        }
    }

    /// <summary>Tidying after a commit: a failure costs disk space, not the job.</summary>
    private async Task AfterAsync(Func<IJobHandler, PatchSslContext, JobRow, Task> tidy)
    {
        try
        {
            await using var db = await store.OpenAsync(CancellationToken.None);
            var job = await db.Jobs.FirstAsync(j => j.Id == jobId);
            await tidy(store.Handler(job.Kind), db, job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbUpdateException or SqliteException)
        {
            LogTidy(e, jobId);
        }
    }

    private async Task<bool> ReportAsync(PatchSslContext db, JobRow job, IReadOnlyList<WorkerEvent> batch)
    {
        if (batch.OfType<WorkerEvent.Progress>().LastOrDefault() is { } progress)
        {
            (job.Done, job.Total, job.Unit) = (progress.Done, progress.Total, progress.Unit);
            (job.Rate, job.EtaSeconds) = _meter.Measure(progress);
        }
        // A checkpoint is what a crash cannot take back.
        if (batch.Any(e => e is WorkerEvent.Checkpoint)) job.Crashes = 0;
        await JobLog.AppendAsync(db, job.ResourceId, batch.OfType<WorkerEvent.Log>(), time.GetUtcNow());
        await store.Handler(job.Kind).ReportedAsync(db, job, batch, CancellationToken.None);
        return true;
    }

    private async Task<bool> EndAsync(PatchSslContext db, JobRow job, string? death, bool shutdown)
    {
        switch (_end)
        {
            case WorkerEvent.Finished finished:
                await store.Handler(job.Kind).ResultAsync(db, job, finished.Result, CancellationToken.None);
                return Close(job, JobState.Completed, null);
            case WorkerEvent.Failed failed:
                return Close(job, JobState.Failed, failed.Error);
        }
        if (job.State == JobState.Stopping)
            return Close(job, JobState.Stopped, _killed ? $"It did not stop within {options.StopGraceSeconds} s and was killed; what came after its last checkpoint is lost." : null);
        if (shutdown)
        {
            job.ResumeOnStart = true;
            return Close(job, JobState.Interrupted, JobEnd.ServerStopped);
        }
        var how = death ?? (_end is null ? "it ended without a result" : "it was told to stop by somebody else");
        LogDied(jobId, how);
        return JobEnd.Died(job, store.Handler(job.Kind).Resumable, $"The worker process died: {how}.", time);
    }

    private bool Close(JobRow job, JobState state, string? error) => JobEnd.Close(job, state, error, time);

    /// <summary>What a worker reported is not lost to a busy or full database: it is tried again until it is in.</summary>
    private async Task PersistAsync(Func<Task> write)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when ((e as SqliteException ?? e.InnerException as SqliteException) is { SqliteErrorCode: 5 or 6 or 8 or 10 or 13 })
            {
                LogRetry(e, jobId);
                await Task.Delay(DatabaseRetry, time);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Job {JobId} could not be run")]
    private partial void LogFailed(Exception e, string jobId);

    [LoggerMessage(LogLevel.Warning, "The worker of {JobId} died: {How}")]
    private partial void LogDied(string jobId, string how);

    [LoggerMessage(LogLevel.Warning, "Tidying up after {JobId} failed")]
    private partial void LogTidy(Exception e, string jobId);

    [LoggerMessage(LogLevel.Warning, "What the worker of {JobId} reported cannot be written yet")]
    private partial void LogRetry(Exception e, string jobId);
}
