using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Api.Explanations.ClosedForm;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Explanations.ClosedForm;

public sealed class ClosedFormTests(ClosedFormTests.Fixture fixture) : IClassFixture<ClosedFormTests.Fixture>
{
    private const string Route = "/api/v1/explanations/closed-form";
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"joint":[[0.6,0.2],[0.2,0.3]]}""", "joint", "joint sums to 1.3; it must sum to 1")]
    [InlineData("""{"joint":[[0.5,0],[0.5]]}""", "joint[1]", "joint[1] has 1 values; it must have 2")]
    [InlineData("""{"joint":[[0.5,0],null]}""", "joint[1]", "joint[1] has 0 values; it must have 2")]
    [InlineData("""{"joint":[[0.3,0.1],[0.2,0.4]]}""", "joint[0][1]", "joint[0][1] is 0.1 and joint[1][0] is 0.2")]
    [InlineData("""{"joint":[[0.7,-0.1],[-0.1,0.5]]}""", "joint[0][1]", "joint[0][1] is -0.1")]
    [InlineData("""{"joint":[["NaN",0.1],[0.1,0.5]]}""", "joint[0][0]", "joint[0][0] is NaN")]
    [InlineData("""{"joint":[[0.5,0,0],[0,0.5,0],[0,0,0]]}""", "joint[2]", "symbol 2 has probability 0")]
    [InlineData("""{"joint":[[1]]}""", "joint", "joint has 1 rows; allowed is 2 to 64")]
    [InlineData("""{"joint":[[0.5,0],[0,0.5]],"preset":"ring"}""", "preset", "preset is 'ring' and there is a joint as well")]
    [InlineData("""{"joint":[[0.5,0],[0,0.5]],"symbols":3}""", "symbols", "symbols is 3, and joint has 2 rows")]
    [InlineData("""{}""", "joint", "joint is missing")]
    [InlineData("""{"preset":"spiral"}""", "preset", "preset is 'spiral': allowed is clusters, ring")]
    [InlineData("""{"preset":"ring","symbols":65}""", "symbols", "symbols is 65: preset ring takes 6 to 64")]
    [InlineData("""{"preset":"ring","dimension":0}""", "dimension", "dimension is 0: allowed is 1 to 64")]
    [InlineData("""{"preset":"ring","dimension":65}""", "dimension", "dimension is 65: allowed is 1 to 64")]
    [InlineData("""{"preset":"ring","steps":19}""", "steps", "steps is 19: allowed is 20 to 2000")]
    [InlineData("""{"preset":"ring","steps":1000000}""", "steps", "steps is 1000000: allowed is 20 to 2000")]
    public async Task What_cannot_be_used_is_named(string body, string field, string sentence)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, Route, body);
        Assert.Equal((422, "urn:patchssl:invalid_closed_form"), (problem.Status, problem.Type));
        Assert.Contains(problem.Errors![field], s => s.StartsWith(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_of_it_is_named_at_once_and_before_a_stream_begins()
    {
        var problem = await _server.RefusedAsync(
            HttpMethod.Post, Route, """{"joint":[[0.3,0.1,0],[0.2,0.5,0],[0,0,0]],"dimension":0,"steps":1}""", ("Accept", "application/x-ndjson"));
        Assert.Equal(["dimension", "joint", "joint[0][1]", "joint[2]", "steps"], problem.Errors!.Keys.Order());
        Assert.Equal(406, (await _server.RefusedAsync(HttpMethod.Post, Route, """{"preset":"ring"}""", ("Accept", "image/png"))).Status);
        Assert.Equal(400, (await _server.RefusedAsync(HttpMethod.Post, Route, """{"joint":"x"}""")).Status);
        Assert.Equal(422, (await _server.RefusedAsync(HttpMethod.Get, Route + "/presets?symbols=1")).Status);
    }

    [Fact]
    public async Task A_joint_of_ones_own_is_learned()
    {
        double[][] joint = [[.30, .05, .05], [.05, .20, .00], [.05, .00, .30]];
        var result = await _server.Api.RunClosedFormAsync(new ClosedFormRequest(Joint: joint, Dimension: 3), Cancel);
        Assert.Equal((3, 3, 0, 1.0), (result.Symbols, result.Theory.Rank, result.Theory.Negative, result.W));
        // By numpy.linalg.eigh.
        Assert.Equal([1, .831795, .575348], result.Theory.Eigenvalues.Select(e => Math.Round(e, 6)));
        Assert.Equal(.3 / (.4 * .4), result.Theory.Ratio[0][0], 9);
        Assert.InRange(result.Learned.ToRatio.R2!.Value, .99, 1);
        Assert.All(result.Learned.Subspace!.AnglesDegrees, angle => Assert.InRange(angle, 0, 5));
        Assert.InRange(result.Control.ToRatio.R2!.Value, -.02, .02);
        Assert.Equal(64, result.InputsSha256.Length);
    }

    [Fact]
    public async Task Lines_come_while_it_trains_and_the_result_is_the_same_as_at_once()
    {
        var request = new ClosedFormRequest("clusters", Symbols: 8, Dimension: 4, Steps: 80, Seed: 3);
        var lines = new List<ClosedFormLine>();
        await foreach (var line in _server.Api.WatchClosedFormAsync(request, Cancel)) lines.Add(line);
        Assert.NotNull(lines[0].Theory);
        Assert.Equal(Enumerable.Range(0, 41).Select(i => 2 * i), lines[1..^1].Select(l => l.Frame!.Step));
        Assert.Equal((8, 8), (lines[1].Frame!.Products.Count, lines[1].Frame!.Products[0].Count));
        Assert.True(lines[^2].Frame!.Loss < lines[1].Frame!.Loss);
        var atOnce = await _server.Api.RunClosedFormAsync(request, Cancel);
        Assert.Equal(Text(atOnce), Text(lines[^1].Result!));
        Assert.Equal(atOnce.Curve.Select(p => p.Loss), lines[1..^1].Select(l => l.Frame!.Loss));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    [InlineData("text/csv")]
    public async Task The_same_body_gives_the_same_bytes(string accept)
    {
        const string body = """{"preset":"chain","symbols":6,"dimension":3,"steps":20,"seed":1}""";
        var (one, again) = (await PostAsync(body, accept), await PostAsync(body, accept));
        Assert.Equal(one, again);
        Assert.NotEqual(one, await PostAsync(body.Replace("\"seed\":1", "\"seed\":2", StringComparison.Ordinal), accept));
    }

    [Fact]
    public async Task The_pairs_come_as_csv()
    {
        var rows = (await PostAsync("""{"joint":[[0.3,0.2],[0.2,0.3]],"dimension":2,"steps":20}""", "text/csv")).TrimEnd().Split("\r\n");
        Assert.Equal("i,j,p_ij,p_i,p_j,ratio,best,learned", rows[0]);
        Assert.Equal(5, rows.Length);
        var cells = rows[2].Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal([0, 1, .2, .5, .5, .8], cells[..6].Select(c => Math.Round(c, 12)));
        // Two symbols in two dimensions: the best is the ratio itself.
        Assert.Equal(.8, cells[6], 9);
    }

    [Fact]
    public async Task Only_so_many_run_at_once_and_one_that_nobody_waits_for_ends()
    {
        // Two that would take a minute and more.
        const string body = """{"preset":"ring","symbols":64,"dimension":64,"steps":2000}""";
        var (one, two) = (await BeginAsync(body), await BeginAsync(body));
        using (var request = Request(body, "application/json"))
        {
            using var refused = await _server.Http.SendAsync(request, Cancel);
            Assert.Equal(503, (await TestServer.ProblemAsync(refused)).Status);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        var freed = new TaskCompletionSource();
        _server.Services.GetRequiredService<ClosedFormLab>().Freed += () => freed.TrySetResult();
        one.Dispose();
        two.Dispose();
        await freed.Task.WaitAsync(Cancel);
        Assert.Equal(8, (await _server.Api.RunClosedFormAsync(new ClosedFormRequest("clusters", Symbols: 8, Steps: 20), Cancel)).Symbols);
    }

    [Fact]
    public async Task Presets_come_with_their_joints()
    {
        var presets = (await _server.Api.GetClosedFormPresetsAsync(cancellationToken: Cancel)).Items;
        Assert.Equal(["clusters", "ring", "chain", "hierarchy", "independent", "opposites"], presets.Select(p => p.Name));
        Assert.All(presets, p => Assert.Equal(1, p.Joint.Sum(row => row.Sum()), 9));
        var small = (await _server.Api.GetClosedFormPresetsAsync(6, Cancel)).Items;
        Assert.Equal([8, 6, 6, 8, 6, 6], small.Select(p => p.Joint.Count));
    }

    private static string Text(ClosedFormResult result) => JsonSerializer.Serialize(result, ClientJson.Options);

    private static HttpRequestMessage Request(string body, string accept) =>
        new(HttpMethod.Post, Route) { Content = new StringContent(body, null, "application/json"), Headers = { { "Accept", accept } } };

    private async Task<string> PostAsync(string body, string accept)
    {
        using var request = Request(body, accept);
        using var response = await _server.Http.SendAsync(request, Cancel);
        Assert.Equal((HttpStatusCode.OK, accept), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<HttpResponseMessage> BeginAsync(string body)
    {
        using var request = Request(body, "application/x-ndjson");
        var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
