using System.Collections.Concurrent;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Live;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>Values from the worker's report to the curve, the file and the live feed.</summary>
[Collection(RunRecords.Name)]
public sealed class MetricTests(RunRecords.Fixture fixture)
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_step_computed_again_after_a_resume_is_kept_once()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, (1, "loss", 3), (2, "loss", 2), (2, "rate", .1));
        await _server.MeasureAsync(id, (2, "loss", 2), (3, "loss", 1), (2, "rate", .1));
        var metrics = await _server.Api.GetMetricsAsync(id, cancellationToken: Cancel);
        Assert.Equal(4, metrics.LastSeq);
        Assert.Equal([1, 2, 3], metrics.Series.Single(s => s.Name == "loss").Points.Select(p => p.Step));
        var run = await _server.Api.GetRunAsync(id, Cancel);
        Assert.Equal(1, run.LastMetrics["loss"]);
        Assert.Equal(new BestMetric("loss", 1, 3), run.BestMetric);
    }

    [Fact]
    public async Task An_accuracy_of_fewer_than_fifty_images_is_called_no_best()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, (1, "loss", 3), (1, "knn", 5 / 6.0), (1, "knnImages", 6), (2, "loss", 4), (2, "knn", 1), (2, "knnImages", 6));
        var run = await _server.Api.GetRunAsync(id, Cancel);
        Assert.Equal(new BestMetric("loss", 3, 1), run.BestMetric);
        Assert.Equal("too few labelled images to measure: 6", run.BestNote);
        var listed = (await _server.Api.ListRunsAsync(cancellationToken: Cancel)).Items.Single(r => r.Id == id);
        Assert.Equal((run.BestMetric, run.BestNote), (listed.BestMetric, listed.BestNote));
    }

    [Fact]
    public async Task An_accuracy_of_fifty_images_is_the_best_with_its_count()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, (1, "loss", 3), (1, "knn", .3), (1, "knnImages", 50), (2, "knn", .2), (2, "knnImages", 50));
        var run = await _server.Api.GetRunAsync(id, Cancel);
        Assert.Equal(new BestMetric("knn", .3, 1, 50), run.BestMetric);
        Assert.Null(run.BestNote);
    }

    /// <summary>A run of an earlier version, whose metrics say no count; then it is resumed by this one.</summary>
    [Fact]
    public async Task An_unknown_count_stays_unknown_until_it_is_told_to_be_too_few()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, (1, "loss", 3), (1, "knn", .8));
        Assert.Equal(new BestMetric("knn", .8, 1, null), (await _server.Api.GetRunAsync(id, Cancel)).BestMetric);
        await _server.MeasureAsync(id, (2, "loss", 2), (2, "knn", .9), (2, "knnImages", 6));
        var run = await _server.Api.GetRunAsync(id, Cancel);
        Assert.Equal(new BestMetric("loss", 2, 2), run.BestMetric);
        Assert.Equal("too few labelled images to measure: 6", run.BestNote);
    }

    [Fact]
    public async Task Curves_come_in_buckets_of_last_smallest_and_largest()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, [.. Enumerable.Range(0, 1_000).Select(i => ((long)i, "loss", (double)(i % 10)))]);
        var points = (await _server.Api.GetMetricsAsync(id, maxPoints: 10, cancellationToken: Cancel)).Series.Single().Points;
        Assert.Equal(10, points.Count);
        Assert.All(points, p => Assert.Equal((0d, 9d, 9d), (p.Min, p.Max, p.Last)));
        Assert.Equal(999, points[^1].Step);
        var part = (await _server.Api.GetMetricsAsync(id, from: 100, to: 109, cancellationToken: Cancel)).Series.Single().Points;
        Assert.Equal(10, part.Count);
        var newer = await _server.Api.GetMetricsAsync(id, afterSeq: 998, cancellationToken: Cancel);
        Assert.Equal([998, 999], newer.Series.Single().Points.Select(p => p.Step));
        Assert.Empty((await _server.Api.GetMetricsAsync(id, names: ["other"], cancellationToken: Cancel)).Series);
    }

    [Fact]
    public async Task What_is_no_number_is_kept_and_shown_as_such()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, (1, "loss", 1), (2, "loss", double.NaN), (3, "loss", double.PositiveInfinity), (4, "loss", double.NaN));
        var points = (await _server.Api.GetMetricsAsync(id, cancellationToken: Cancel)).Series.Single().Points;
        Assert.Equal([1, double.NaN, double.PositiveInfinity, double.NaN], points.Select(p => p.Last));
        Assert.Equal(double.NaN, (await _server.Api.GetRunAsync(id, Cancel)).LastMetrics["loss"]);
        var csv = await _server.Http.GetStringAsync($"/api/v1/runs/{id}/metrics?raw=true", Cancel);
        Assert.Equal(["seq,step,name,value,time", "1,1,loss,1", "2,2,loss,NaN", "3,3,loss,Infinity", "4,4,loss,NaN"],
            csv.Trim().Split("\r\n").Select((l, i) => i == 0 ? l : l[..l.LastIndexOf(',')]));
    }

    [Theory]
    [InlineData("loss", "loss")]
    [InlineData("=cmd()", "'=cmd()")]
    [InlineData("@x,y", "\"'@x,y\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    public void A_cell_is_never_a_formula(string text, string cell) => Assert.Equal(cell, Csv.Cell(text));

    [Fact]
    public async Task The_feed_sends_what_was_missed_then_goes_on_without_gap_or_repetition()
    {
        var id = await _server.AddRunAsync();
        await _server.MeasureAsync(id, [.. Enumerable.Range(0, 5_000).Select(i => ((long)i, "loss", (double)i))]);
        var received = new ConcurrentQueue<MetricPoint>();
        var caughtUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var feed = new RunFeed(new HubRunConnection(_server.Http.BaseAddress!), id, 10, TimeProvider.System);
        feed.PointsArrived += points =>
        {
            foreach (var point in points) received.Enqueue(point);
            if (feed.LastSeq >= 5_000) caughtUp.TrySetResult();
            if (feed.LastSeq == 5_200) all.TrySetResult();
        };
        await feed.StartAsync();
        await caughtUp.Task.WaitAsync(TestServer.Patience, Cancel);
        for (var i = 5_000; i < 5_200; i += 20)
        {
            await _server.MeasureAsync(id, [.. Enumerable.Range(i, 20).Select(s => ((long)s, "loss", (double)s))]);
        }
        await all.Task.WaitAsync(TestServer.Patience, Cancel);
        Assert.Equal(Enumerable.Range(11, 5_190).Select(s => (long)s), received.Select(p => p.Seq));
    }
}
