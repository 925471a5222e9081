using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Jobs;

/// <summary>What a dead, cancelled or left-behind worker does to its job.</summary>
public sealed class WorkerFailureTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An import that takes longer than any test.</summary>
    private async Task<(Dataset Dataset, int Pid)> RunningAsync()
    {
        var dataset = await _server.Api.CreateDatasetAsync(
            new("Endless", new(SourceKind.Generated, Images: 1_000_000, Size: 256, Seed: 0), StorageSize: 64), Cancel);
        await _server.WaitAsync(() => _server.Api.GetJobAsync(dataset.JobId!, Cancel), j => j is { State: JobState.Running, Progress.Done: > 0 });
        var pid = await _server.WithDatabaseAsync(db => db.Jobs.Where(j => j.Id == dataset.JobId).Select(j => j.WorkerPid).FirstAsync(Cancel));
        return (dataset, pid!.Value);
    }

    [Fact]
    public async Task A_killed_worker_fails_its_import_by_name_and_the_next_job_starts()
    {
        var (dataset, pid) = await RunningAsync();
        Process.GetProcessById(pid).Kill();
        var failed = await _server.EndedAsync(dataset);
        Assert.Equal(ResourceState.Failed, failed.State);
        Assert.Contains("killed by signal 9", failed.Error, StringComparison.Ordinal);
        Assert.Equal(JobState.Failed, (await _server.Api.GetJobAsync(dataset.JobId!, Cancel)).State);
        Assert.Equal(ResourceState.Ready, (await _server.DatasetAsync()).State);
    }

    [Fact]
    public async Task A_cancelled_import_stops_and_leaves_nothing()
    {
        var (dataset, pid) = await RunningAsync();
        var refused = await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/datasets/{dataset.Id}");
        Assert.Equal(409, refused.Status);
        await _server.Api.CancelJobAsync(dataset.JobId!, Cancel);
        await _server.Api.CancelJobAsync(dataset.JobId!, Cancel);
        var job = await _server.WaitAsync(() => _server.Api.GetJobAsync(dataset.JobId!, Cancel), j => j.State == JobState.Stopped);
        Assert.Null(job.Error);
        Assert.Equal("It was cancelled.", (await _server.Api.GetDatasetAsync(dataset.Id, Cancel)).Error);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "datasets")));
        await _server.Api.CancelJobAsync(dataset.JobId!, Cancel);
        Assert.Equal(JobState.Stopped, (await _server.Api.GetJobAsync(dataset.JobId!, Cancel)).State);
    }

    [Fact]
    public async Task A_waiting_job_can_be_cancelled()
    {
        var (running, _) = await RunningAsync();
        var waiting = await _server.Api.CreateDatasetAsync(new("Waiting", new(SourceKind.Generated, Images: 20, Size: 32, Seed: 0)), Cancel);
        await _server.Api.CancelJobAsync(waiting.JobId!, Cancel);
        Assert.Equal(JobState.Stopped, (await _server.Api.GetJobAsync(waiting.JobId!, Cancel)).State);
        Assert.Equal(JobState.Running, (await _server.Api.GetJobAsync(running.JobId!, Cancel)).State);
    }

    [Fact]
    public async Task A_restarted_server_starts_the_import_over_and_no_worker_outlives_it()
    {
        var (dataset, pid) = await RunningAsync();
        await _server.RestartAsync(async db =>
        {
            Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
            var job = await db.Jobs.SingleAsync(Cancel);
            Assert.Equal((JobState.Interrupted, true), (job.State, job.ResumeOnStart));
        });
        var job = await _server.WaitAsync(() => _server.Api.GetJobAsync(dataset.JobId!, Cancel), j => j is { State: JobState.Running, Progress.Done: > 0 });
        Assert.Null(job.Error);
    }

    [Theory]
    [InlineData(0, JobState.Running)]
    [InlineData(2, JobState.Failed)]
    public async Task A_killed_servers_job_goes_on_unless_it_only_ever_dies(int crashes, JobState expected)
    {
        var (dataset, _) = await RunningAsync();
        await _server.RestartAsync(db => db.Jobs.ExecuteUpdateAsync(
            j => j.SetProperty(x => x.State, JobState.Running).SetProperty(x => x.ResumeOnStart, false).SetProperty(x => x.Crashes, crashes), Cancel));
        var job = await _server.WaitAsync(() => _server.Api.GetJobAsync(dataset.JobId!, Cancel), j => j.State == expected);
        if (expected != JobState.Failed) return;
        Assert.StartsWith("Crash loop", job.Error, StringComparison.Ordinal);
        Assert.Equal(ResourceState.Failed, (await _server.Api.GetDatasetAsync(dataset.Id, Cancel)).State);
    }

    [Fact]
    public async Task A_full_queue_refuses_with_a_time_to_come_back()
    {
        await using var server = new TestServer(("Jobs:QueueLimit", "1"));
        var body = new CreateDataset("Long", new(SourceKind.Generated, Images: 1_000_000, Size: 256, Seed: 0), 64);
        var first = await server.Api.CreateDatasetAsync(body, Cancel);
        await server.WaitAsync(() => server.Api.GetJobAsync(first.JobId!, Cancel), j => j.State == JobState.Running);
        await server.Api.CreateDatasetAsync(body, Cancel);
        var problem = await server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", """{"name":"a","source":{"kind":"generated"}}""");
        Assert.Equal((503, "urn:patchssl:queue_full"), (problem.Status, problem.Type));
        Assert.Equal(2, (await server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Total);
    }

    [Fact]
    public async Task A_disk_near_its_end_refuses_before_it_fails()
    {
        await using var server = new TestServer(("Data:ReserveBytes", $"{1L << 49}"));
        var problem = await server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", """{"name":"a","source":{"kind":"generated"}}""");
        Assert.Equal((507, "urn:patchssl:insufficient_storage"), (problem.Status, problem.Type));
        using var ready = await server.Http.GetAsync("/health/ready", Cancel);
        Assert.Equal(503, (await TestServer.ProblemAsync(ready)).Status);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
