using Microsoft.Extensions.Time.Testing;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Live;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Live;

public sealed class RunFeedTests
{
    private readonly FakeHub _hub = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<long> _taken = [];

    [Fact]
    public async Task Asks_for_what_came_after_what_is_known()
    {
        await using var feed = await StartAsync(40);
        Assert.Equal(("run_1", 40L), Assert.Single(_hub.Subscriptions));
        Send(41, 42);
        Assert.Equal([41, 42], _taken);
        Assert.Equal(FeedState.Live, feed.State);
    }

    [Fact]
    public async Task Takes_each_point_once_in_any_order()
    {
        await using var feed = await StartAsync(0);
        Send(2, 1, 3);
        Send(3, 2, 4);
        Assert.Equal([1, 2, 3, 4], _taken);
    }

    [Fact]
    public async Task Asks_again_when_points_are_missing()
    {
        await using var feed = await StartAsync(0);
        Send(1);
        Send(5, 6);
        Assert.Equal([1], _taken);
        Assert.Equal(("run_1", 1L), _hub.Subscriptions[^1]);
        Send(2, 3, 4, 5, 6);
        Assert.Equal([1, 2, 3, 4, 5, 6], _taken);
    }

    [Fact]
    public async Task Steps_over_points_the_server_does_not_have_either()
    {
        await using var feed = await StartAsync(0);
        Send(1);
        Send(5);
        Send(5);
        Assert.Equal([1, 5], _taken);
        Assert.Equal(2, _hub.Subscriptions.Count);
    }

    [Fact]
    public async Task Heals_a_broken_connection_without_a_hole()
    {
        await using var feed = await StartAsync(0);
        Send(1, 2);
        _hub.Lose();
        Assert.Equal(FeedState.Reconnecting, feed.State);
        _hub.Restore();
        Assert.Equal(FeedState.Live, feed.State);
        Assert.Equal(("run_1", 2L), _hub.Subscriptions[^1]);
        Send(3, 4);
        Assert.Equal([1, 2, 3, 4], _taken);
    }

    [Fact]
    public async Task Fifty_cuts_and_ten_thousand_points_end_with_each_point_once()
    {
        await using var feed = await StartAsync(0);
        var random = new Random(1);
        for (long next = 1; next <= 10_000;)
        {
            if (next % 200 == 0)
            {
                _hub.Lose();
                _hub.Restore();
                next = _hub.Subscriptions[^1].AfterSeq + 1; // The server goes on where it was asked to.
            }
            var count = Math.Min(random.Next(1, 40), 10_001 - next);
            Send([.. Enumerable.Range(0, (int)count).Select(i => next + i)]);
            next += count;
        }
        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => (long)i), _taken);
    }

    [Fact]
    public async Task Tries_until_the_server_is_there()
    {
        _hub.FailingStarts = 3;
        await using var feed = new RunFeed(_hub, "run_1", 0, _time);
        var started = feed.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(FeedState.Reconnecting, feed.State);
            _time.Advance(TimeSpan.FromSeconds(2));
        }
        await started;
        Assert.Equal(FeedState.Live, feed.State);
    }

    [Fact]
    public async Task Ignores_other_runs()
    {
        await using var feed = await StartAsync(0);
        _hub.Send("run_2", Samples.Point(1, 1));
        Assert.Empty(_taken);
    }

    private async Task<RunFeed> StartAsync(long after)
    {
        var feed = new RunFeed(_hub, "run_1", after, _time);
        feed.PointsArrived += points => _taken.AddRange(points.Select(p => p.Seq));
        await feed.StartAsync();
        return feed;
    }

    private void Send(params long[] seqs) => _hub.Send("run_1", [.. seqs.Select(s => new MetricPoint(s, s, "loss", 1, Samples.Noon))]);
}
