using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>What people change about a run, and how runs are listed.</summary>
[Collection(RunRecords.Name)]
public sealed class RunEditTests(RunRecords.Fixture fixture) : IAsyncLifetime
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Lists are counted here: each test begins without a run.</summary>
    public async ValueTask InitializeAsync() => await _server.WithDatabaseAsync(db => db.Runs.ExecuteDeleteAsync(Cancel));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_edit_based_on_an_old_version_is_refused()
    {
        var id = await _server.AddRunAsync();
        var old = await _server.Api.GetRunAsync(id, Cancel);
        var edited = await _server.Api.UpdateRunAsync(id, new UpdateRun(Note: "first"), old.ETag, Cancel);
        Assert.NotEqual(old.ETag, edited.ETag);
        var refused = await Assert.ThrowsAsync<ApiException>(() => _server.Api.UpdateRunAsync(id, new UpdateRun(Note: "second"), old.ETag, Cancel));
        Assert.Equal(412, refused.Problem?.Status);
        Assert.Equal("first", (await _server.Api.GetRunAsync(id, Cancel)).Note);
        await _server.Api.UpdateRunAsync(id, new UpdateRun(Tags: [" a ", "a", "b"]), cancellationToken: Cancel);
        var last = await _server.Api.GetRunAsync(id, Cancel);
        Assert.Equal(["a", "b"], last.Tags);
        Assert.Equal(("first", "Run"), (last.Note, last.Name));
    }

    [Fact]
    public async Task Progress_does_not_change_the_version()
    {
        var id = await _server.AddRunAsync();
        var before = (await _server.Api.GetRunAsync(id, Cancel)).ETag;
        await _server.MeasureAsync(id, (1, "loss", 2));
        Assert.Equal(before, (await _server.Api.GetRunAsync(id, Cancel)).ETag);
    }

    [Theory]
    [InlineData("-createdAt")]
    [InlineData("createdAt")]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("best")]
    [InlineData("memory")]
    [InlineData("-seconds")]
    [InlineData("patches")]
    public async Task Pages_show_every_run_once_though_runs_come_and_go(string sort)
    {
        foreach (var name in new[] { "d", "b", "a", "c", "b" }) await _server.AddRunAsync(name);
        var seen = new List<RunSummary>();
        string? cursor = null;
        do
        {
            var page = await _server.Api.ListRunsAsync(new ListQuery(Limit: 2, Cursor: cursor, Sort: sort), Cancel);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
            // Gone as soon as it was shown: the next page neither skips nor repeats.
            if (cursor is not null) await _server.Api.DeleteRunAsync(page.Items[0].Id, Cancel);
        }
        while (cursor is not null);
        Assert.Equal(5, seen.Select(r => r.Id).Distinct().Count());
        Assert.Equal(5, seen.Count);
        if (sort == "name") Assert.Equal(["a", "b", "b", "c", "d"], seen.Select(r => r.Name));
    }

    [Theory]
    [InlineData("alp", 1)]
    [InlineData("state:failed", 1)]
    [InlineData("recipe:quick", 2)]
    [InlineData("recipe:quick beta", 1)]
    [InlineData("tag:x", 0)]
    [InlineData("dataset:Stored", 2)]
    [InlineData("a%a", 0)]
    [InlineData("alph_", 0)]
    public async Task Filters_narrow(string filter, int count)
    {
        await _server.AddRunAsync("alpha");
        await _server.AddRunAsync("beta", JobState.Failed);
        Assert.Equal(count, (await _server.Api.ListRunsAsync(new ListQuery(Filter: filter), Cancel)).Total);
    }

    [Fact]
    public async Task A_tag_is_found_as_a_whole()
    {
        var id = await _server.AddRunAsync();
        await _server.Api.UpdateRunAsync(id, new UpdateRun(Tags: ["long-tag"]), cancellationToken: Cancel);
        Assert.Equal(1, (await _server.Api.ListRunsAsync(new ListQuery(Filter: "tag:long-tag"), Cancel)).Total);
        Assert.Equal(0, (await _server.Api.ListRunsAsync(new ListQuery(Filter: "tag:long"), Cancel)).Total);
    }

    [Theory]
    [InlineData(JobState.Completed, "resume")]
    [InlineData(JobState.Running, "resume")]
    public async Task Only_an_ended_run_can_be_resumed(JobState state, string verb)
    {
        var id = await _server.AddRunAsync(state: state);
        var problem = await _server.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{id}/{verb}");
        Assert.Equal(409, problem.Status);
    }

    [Fact]
    public async Task A_running_run_cannot_be_deleted_and_stopping_an_ended_one_changes_nothing()
    {
        var running = await _server.AddRunAsync(state: JobState.Running);
        Assert.Equal(409, (await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/runs/{running}")).Status);
        var ended = await _server.AddRunAsync();
        await _server.Api.StopRunAsync(ended, Cancel);
        Assert.Equal(JobState.Completed, (await _server.Api.GetRunAsync(ended, Cancel)).State);
    }
}
