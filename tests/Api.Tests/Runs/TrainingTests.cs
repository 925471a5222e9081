using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>Trainings of a tiny encoder by the real worker: to the end, stopped, killed, and through a restart of the server.</summary>
public sealed class TrainingTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<RunDetail> StartAsync(int steps)
    {
        var dataset = await _server.DatasetAsync(images: 24, size: 32);
        var overrides = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>($$"""
            {"views":2,"batchImages":4,"inputSize":16,"width":0.0625,"projectorHidden":16,"projectionDim":8,"maxSteps":{{steps}},"metricsEvery":1,
             "diagnosticsEvery":0,"knnEvery":0,"checkpointEverySteps":5,"checkpointEverySeconds":0}
            """);
        return await _server.Api.CreateRunAsync(new CreateRun("Tiny", dataset.Id, "quick", overrides, Seed: 3), Cancel);
    }

    private Task<RunDetail> UntilAsync(RunDetail run, Predicate<RunDetail> wanted) => _server.WaitAsync(() => _server.Api.GetRunAsync(run.Id, Cancel), wanted);

    private static bool Ended(RunDetail run) => run.State is not (JobState.Queued or JobState.Running or JobState.Stopping);

    /// <summary>Waits for the first checkpoint of a run that still trains.</summary>
    private async Task<RunDetail> CheckpointedAsync(RunDetail run)
    {
        var (now, _) = await _server.WaitAsync(
            async () => (await _server.Api.GetRunAsync(run.Id, Cancel), (await _server.Api.ListCheckpointsAsync(run.Id, Cancel)).Items.Count),
            x => x.Count > 0 || Ended(x.Item1));
        Assert.True(now.State == JobState.Running, $"{now.State}: {now.Error}");
        return now;
    }

    private async Task<List<double>> LossAsync(RunDetail run)
    {
        var metrics = await _server.Api.GetMetricsAsync(run.Id, names: ["loss"], maxPoints: 10_000, cancellationToken: Cancel);
        var points = metrics.Series.Single().Points;
        Assert.Equal(Enumerable.Range((int)points[0].Step, points.Count).Select(s => (long)s), points.Select(p => p.Step));
        return [.. points.Select(p => p.Last)];
    }

    [Fact]
    public async Task A_run_trains_to_its_end_and_its_checkpoint_can_be_downloaded()
    {
        var run = await UntilAsync(await StartAsync(12), Ended);
        Assert.True(run.State == JobState.Completed, run.Error);
        Assert.Contains("cpu", run.Device, StringComparison.Ordinal);
        Assert.NotEmpty(run.Versions);
        Assert.Equal((12, 12), (run.Progress!.Done, run.Progress.Total));
        Assert.Equal(12, (await LossAsync(run)).Count);
        Assert.Equal((12 * 8, run.Device), (run.Cost!.Patches, run.Cost.Device));
        Assert.InRange(run.Cost.PeakMemoryBytes, 30_000_000, 1L << 40);
        Assert.InRange(run.Cost.Seconds, 0, (run.FinishedAt - run.StartedAt)!.Value.TotalSeconds);
        var listed = Assert.Single((await _server.Api.ListRunsAsync(new ListQuery(Sort: "-seconds"), Cancel)).Items);
        Assert.Equal(run.Cost, listed.Cost);
        var newest = (await _server.Api.ListCheckpointsAsync(run.Id, Cancel)).Items[0];
        Assert.Equal(12, newest.Step);
        var bytes = await _server.Http.GetByteArrayAsync($"/api/v1/checkpoints/{newest.Id}/content", Cancel);
        Assert.Equal((newest.Bytes, newest.Sha256), (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        Assert.Equal(409, (await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/datasets/{run.DatasetId}")).Status);

        await _server.Api.DeleteRunAsync(run.Id, Cancel);
        Assert.False(Directory.Exists(Path.Combine(_server.Data, "runs", run.Id)));
        await _server.Api.DeleteDatasetAsync(run.DatasetId, Cancel);
    }

    [Fact]
    public async Task A_stopped_run_goes_on_and_measures_what_an_unbroken_one_does()
    {
        var whole = await UntilAsync(await StartAsync(400), Ended);
        Assert.True(whole.State == JobState.Completed, whole.Error);

        var broken = await CheckpointedAsync(await _server.Api.CloneRunAsync(whole.Id, Cancel));
        await _server.Api.StopRunAsync(broken.Id, Cancel);
        await _server.Api.StopRunAsync(broken.Id, Cancel);
        broken = await UntilAsync(broken, Ended);
        Assert.True(broken.State == JobState.Stopped, $"{broken.State}: {broken.Error}");
        var before = broken.Cost!;
        await _server.Api.ResumeRunAsync(broken.Id, Cancel);
        broken = await UntilAsync(broken, Ended);
        Assert.True(broken.State == JobState.Completed, broken.Error);
        Assert.Equal(await LossAsync(whole), await LossAsync(broken));
        Assert.Equal(whole.Cost!.Patches, broken.Cost!.Patches);
        Assert.InRange(broken.Cost.Seconds, before.Seconds, (broken.FinishedAt - broken.StartedAt)!.Value.TotalSeconds);
    }

    [Fact]
    public async Task A_killed_worker_interrupts_its_run_by_name_and_the_run_goes_on()
    {
        var run = await CheckpointedAsync(await StartAsync(2_000));
        var pid = await _server.WithDatabaseAsync(db => db.Jobs.Where(j => j.ResourceId == run.Id).Select(j => j.WorkerPid).FirstAsync(Cancel));
        Process.GetProcessById(pid!.Value).Kill();
        run = await UntilAsync(run, r => r.State != JobState.Running);
        Assert.Equal(JobState.Interrupted, run.State);
        Assert.Contains("killed by signal 9", run.Error, StringComparison.Ordinal);
        var reached = run.Progress!.Done;

        await _server.Api.ResumeRunAsync(run.Id, Cancel);
        run = await UntilAsync(run, r => r.State == JobState.Running && r.Progress!.Done > reached);
        Assert.Null(run.Error);
        await _server.Api.StopRunAsync(run.Id, Cancel);
        await UntilAsync(run, r => r.State == JobState.Stopped);
        Assert.NotEmpty(await LossAsync(run));
    }

    [Fact]
    public async Task A_restarted_server_goes_on_with_its_run()
    {
        var run = await CheckpointedAsync(await StartAsync(2_000));
        await _server.RestartAsync();
        run = await _server.WaitAsync(() => _server.Api.GetRunAsync(run.Id, Cancel), r => r.State == JobState.Running && r.Progress!.Done > run.Progress!.Done + 20);
        Assert.Null(run.Error);
        await _server.Api.StopRunAsync(run.Id, Cancel);
        await UntilAsync(run, r => r.State == JobState.Stopped);
        Assert.NotEmpty(await LossAsync(run));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
