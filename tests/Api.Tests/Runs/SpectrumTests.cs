using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Runs;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>Spectra from the worker's report to the curve and the file, few enough of them.</summary>
[Collection(RunRecords.Name)]
public sealed class SpectrumTests(RunRecords.Fixture fixture)
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task ReportAsync(string runId, params IEnumerable<(long Step, VectorSpace Space)> spectra) => _server.WithDatabaseAsync(async db =>
    {
        // As the events come: through their JSON.
        var events = spectra.Select(s => new WorkerEvent.Spectrum(s.Step, DateTimeOffset.UnixEpoch.AddSeconds(s.Step),
            new Core.Measures.FeatureSpectrum(s.Space, 8, 40, 2.5, [1, 2, 5], [1.5, s.Step, 0])));
        var lines = events.Select(e => System.Text.Json.JsonSerializer.Serialize<WorkerEvent>(e, WorkerEvent.Json)).ToList();
        var read = lines.Select(l => System.Text.Json.JsonSerializer.Deserialize<WorkerEvent>(l, WorkerEvent.Json)).Cast<WorkerEvent.Spectrum>();
        await SpectrumStore.AppendAsync(db, runId, read, Cancel);
        await db.SaveChangesAsync(Cancel);
        return 0;
    });

    [Fact]
    public async Task They_come_by_space_and_step_each_once()
    {
        var id = await _server.AddRunAsync();
        Assert.Empty((await _server.Api.GetSpectraAsync(id, cancellationToken: Cancel)).Items);
        await ReportAsync(id, (10, VectorSpace.Embedding), (10, VectorSpace.Projection), (20, VectorSpace.Embedding));
        // Computed again after a resume.
        await ReportAsync(id, (20, VectorSpace.Embedding), (20, VectorSpace.Projection));
        var items = (await _server.Api.GetSpectraAsync(id, cancellationToken: Cancel)).Items;
        Assert.Equal(
            [(VectorKind.Embedding, 10L), (VectorKind.Embedding, 20), (VectorKind.Projection, 10), (VectorKind.Projection, 20)],
            items.Select(s => (s.Vectors, s.Step)));
        Assert.Equal((8, 40, 2.5), (items[0].Dimensions, items[0].Samples, items[0].RankMe));
        Assert.Equal([1, 2, 5], items[0].Ranks);
        Assert.Equal([1.5, 10, 0], items[0].Eigenvalues);
        Assert.All((await _server.Api.GetSpectraAsync(id, VectorKind.Projection, cancellationToken: Cancel)).Items, s => Assert.Equal(VectorKind.Projection, s.Vectors));
    }

    [Fact]
    public async Task A_long_run_keeps_few_evenly_spread_the_first_and_the_newest_among_them()
    {
        var id = await _server.AddRunAsync();
        foreach (var part in Enumerable.Range(1, 1_000).Chunk(7)) await ReportAsync(id, part.Select(s => ((long)s, VectorSpace.Embedding)));
        var steps = (await _server.Api.GetSpectraAsync(id, count: SpectrumStore.Most, cancellationToken: Cancel)).Items.Select(s => s.Step).ToList();
        Assert.Equal(SpectrumStore.Most, steps.Count);
        Assert.Equal((1, 1_000), (steps[0], steps[^1]));
        var gaps = steps.Zip(steps.Skip(1), (a, b) => b - a).ToList();
        Assert.InRange(gaps.SkipLast(1).Max(), 1, 3 * gaps.SkipLast(1).Min());

        var few = (await _server.Api.GetSpectraAsync(id, count: 5, cancellationToken: Cancel)).Items.Select(s => s.Step).ToList();
        Assert.Equal((5, 1, 1_000), (few.Count, few[0], few[^1]));
        Assert.Equal(1_000, Assert.Single((await _server.Api.GetSpectraAsync(id, count: 1, cancellationToken: Cancel)).Items).Step);
    }

    [Fact]
    public async Task Every_one_comes_as_a_file_and_goes_with_its_run()
    {
        var id = await _server.AddRunAsync();
        await ReportAsync(id, (10, VectorSpace.Projection));
        var csv = await _server.Http.GetStringAsync($"/api/v1/runs/{id}/spectrum?raw=true", Cancel);
        Assert.Equal(
            ["vectors,step,rank,eigenvalue,rankMe,dimensions,samples,time", "projection,10,1,1.5,2.5,8,40,1970-01-01T00:00:10.0000000+00:00",
                "projection,10,2,10,2.5,8,40,1970-01-01T00:00:10.0000000+00:00", "projection,10,5,0,2.5,8,40,1970-01-01T00:00:10.0000000+00:00"],
            csv.Trim().Split('\n'));
        await _server.Api.DeleteRunAsync(id, Cancel);
        Assert.Equal(0, await _server.WithDatabaseAsync(db => Task.FromResult(db.Set<SpectrumRow>().Count(s => s.RunId == id))));
    }

    [Theory]
    [InlineData("run_none", "", 404)]
    [InlineData(null, "?count=0", 400)]
    [InlineData(null, "?count=65", 400)]
    [InlineData(null, "?vectors=hidden", 400)]
    [InlineData(null, "?count=many", 400)]
    public async Task What_cannot_be_asked_is_refused(string? id, string query, int status)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id ?? await _server.AddRunAsync()}/spectrum{query}");
        Assert.Equal(status, problem.Status);
    }
}
