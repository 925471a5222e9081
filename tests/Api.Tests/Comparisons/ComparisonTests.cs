using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Comparisons;

/// <summary>The bag table by the real worker: to its end, in spite of a failure, a kill and a restart, and cancelled.</summary>
public sealed class ComparisonTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_request_makes_the_table_and_one_failure_does_not_end_it()
    {
        var request = await _server.RequestAsync(new ComparisonBudget(Steps: 4), "bag-vicreg", "quick", "vicreg-multi-scale");
        request = request with { RecipeOverrides = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>> { ["quick"] = TinyComparison.Fields(("batchImages", 1_000)) } };
        var made = await _server.Api.CreateComparisonAsync(request, Cancel);
        Assert.Equal((JobState.Running, 0, 3), (made.State, made.Done, made.Total));

        var done = await _server.EndAsync(made);
        Assert.True(done.State == JobState.Completed, done.Errors());
        Assert.Equal([ComparedState.Ready, ComparedState.Failed, ComparedState.Ready], done.Rows.Select(r => r.State));
        Assert.Contains("batchImages", done.Rows[1].Error, StringComparison.Ordinal);
        foreach (var row in done.Rows.Where(r => r.State == ComparedState.Ready))
        {
            Assert.Equal(("vicreg", 4L, 64L), (row.Objective, row.Steps, row.Cost?.Patches));
            Assert.Null(row.SecondsAStep);
            var run = await _server.Api.GetRunAsync(row.RunId!, Cancel);
            Assert.Equal((4, 3L), (run.Fields.Single(f => f.Name == "maxSteps").Value.GetInt32(), run.Seed));
            Assert.Equal(6, row.Scores.Where(s => s.Classifier == "linear").Select(s => (s.Vectors, s.Patches)).Distinct().Count());
            Assert.Equal(.25, run.Fields.Single(f => f.Name == "patchScale").Value.GetDouble());
            Assert.InRange(row.TestImages, 1, 60);
        }
        Assert.Equal(["fixed", "multi"], done.Rows.Where(r => r.State == ComparedState.Ready).Select(r => r.Sampling));
        Assert.All(done.Claims, c => Assert.NotEmpty(c.Evidence));

        // The same runs again, as they are: nothing is trained.
        var again = await _server.EndAsync(await _server.Api.CreateComparisonAsync(
            new CreateComparison("Again", done.DatasetId, Evaluation: done.Evaluation, Seed: 3, Runs: [done.Rows[2].RunId!, done.Rows[0].RunId!]), Cancel));
        Assert.True(again.State == JobState.Completed, again.Errors());
        Assert.Equal(["vicreg-multi-scale", "bag-vicreg"], again.Rows.Select(r => r.Recipe));
        Assert.Equal(done.Rows[0].Scores, again.Rows[1].Scores);
        Assert.Equal((4L, done.Rows[2].RunId, "multi"), (again.Rows[0].Steps, again.Rows[0].RunId, again.Rows[0].Sampling));
        Assert.Equal((8, 4), (again.Overrides["batchImages"].GetInt32(), again.Overrides["maxSteps"].GetInt32()));
        Assert.Single(again.Rows.Select(r => r.Protocol).Distinct());
        var markdown = await _server.Http.GetStringAsync(ApiRoutes.ComparisonMarkdown(done.Id), Cancel);
        Assert.Contains("| VICReg | fixed-scale | h |", markdown, StringComparison.Ordinal);
        await _server.Api.DeleteComparisonAsync(again.Id, Cancel);

        var csv = (await _server.Http.GetStringAsync(ApiRoutes.ComparisonCsv(done.Id), Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 1 + done.Rows.Sum(r => r.Scores.Count), csv.Length);
        Assert.StartsWith("bag-vicreg,vicreg,fixed,ready,", csv[1], StringComparison.Ordinal);

        var used = await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/evaluations/{done.Rows[0].EvaluationId}");
        Assert.Equal((409, "urn:patchssl:in_use"), (used.Status, used.Type));
        Assert.Equal(409, (await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/datasets/{done.DatasetId}")).Status);
        await _server.Api.DeleteComparisonAsync(done.Id, Cancel);
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(() => _server.Api.GetComparisonAsync(done.Id, Cancel))).Status);
        Assert.Equal(ResourceState.Ready, (await _server.Api.GetEvaluationAsync(done.Rows[0].EvaluationId!, Cancel)).State);
    }

    [Fact]
    public async Task Minutes_become_steps_by_the_measured_pace()
    {
        var made = await _server.Api.CreateComparisonAsync(await _server.RequestAsync(new ComparisonBudget(Minutes: .1), "bag-vicreg"), Cancel);
        Assert.Equal(ComparedState.Measuring, made.Rows[0].State);
        Assert.Equal(6, made.EtaSeconds!.Value, 6);
        var done = await _server.EndAsync(made);
        Assert.True(done.State == JobState.Completed, done.Errors());
        var row = done.Rows[0];
        Assert.InRange(row.SecondsAStep!.Value, 1e-5, 5);
        Assert.Equal(Math.Max(1, (long)Math.Round(6 / row.SecondsAStep.Value)), row.Steps);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "staging")));
        // The run repeats from its recipe alone: the steps are in it.
        var run = await _server.Api.GetRunAsync(row.RunId!, Cancel);
        Assert.Equal(row.Steps, run.Fields.Single(f => f.Name == "maxSteps").Value.GetInt64());
    }

    [Fact]
    public async Task It_goes_on_after_a_kill_and_a_restart_and_can_be_cancelled()
    {
        var made = await _server.Api.CreateComparisonAsync(await _server.RequestAsync(new ComparisonBudget(Steps: 1_000_000), "bag-vicreg", "vicreg-multi-scale"), Cancel);
        var runId = (await _server.UntilAsync(made, c => c.Rows[0] is { State: ComparedState.Training, Progress.Done: > 60 })).Rows[0].RunId!;
        Assert.Equal(409, (await _server.RefusedAsync(HttpMethod.Delete, $"/api/v1/comparisons/{made.Id}")).Status);

        var pid = await _server.WithDatabaseAsync(db => db.Jobs.Where(j => j.ResourceId == runId && j.State == JobState.Running).Select(j => j.WorkerPid).FirstAsync(Cancel));
        Process.GetProcessById(pid!.Value).Kill();
        await _server.WaitAsync(
            () => _server.WithDatabaseAsync(db => db.Jobs.Where(j => j.ResourceId == runId).ToListAsync(Cancel)),
            jobs => jobs.Count == 2 && jobs.Exists(j => j is { State: JobState.Running, Done: > 100 }));

        await _server.RestartAsync();
        var again = await _server.UntilAsync(made, c => c.Rows[0].Progress is { Done: > 200 });
        Assert.Equal((JobState.Running, runId), (again.State, again.Rows[0].RunId));

        await _server.Api.CancelComparisonAsync(made.Id, Cancel);
        await _server.Api.CancelComparisonAsync(made.Id, Cancel);
        var ended = await _server.EndAsync(made);
        Assert.Equal(JobState.Stopped, ended.State);
        Assert.Equal([ComparedState.Stopped, ComparedState.Stopped], ended.Rows.Select(r => r.State));
        Assert.Equal(JobState.Stopped, (await _server.Api.GetRunAsync(runId, Cancel)).State);
        Assert.Null(ended.Rows[1].RunId);
        Assert.Equal("stopped", (await _server.Api.ListComparisonsAsync(new ListQuery(Filter: "state:stopped tin"), Cancel)).Items.Single().State.ToString().ToLowerInvariant());
        await _server.Api.DeleteComparisonAsync(made.Id, Cancel);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
