using System.Net;
using System.Text;

namespace PatchSsl.Api.Tests.Server;

/// <summary>Each kind of bad request is answered with its own problem, and changes nothing.</summary>
public sealed class ProblemTests(ProblemTests.Fixture fixture) : IClassFixture<ProblemTests.Fixture>
{
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new(("Limits:RequestBytes", "20000"));

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "not_found")]
    [InlineData("GET", "/hubs/nothing", 404, "not_found")]
    [InlineData("GET", "/missing.js", 404, "not_found")]
    [InlineData("GET", "/api/v1/datasets/ds_none", 404, "not_found")]
    [InlineData("PATCH", "/api/v1/datasets/ds_none", 404, "not_found")]
    [InlineData("DELETE", "/api/v1/datasets/ds_none", 404, "not_found")]
    [InlineData("GET", "/api/v1/datasets/ds_none/images", 404, "not_found")]
    [InlineData("GET", "/api/v1/datasets/ds_none/skipped", 404, "not_found")]
    [InlineData("GET", "/api/v1/runs/run_none", 404, "not_found")]
    [InlineData("PATCH", "/api/v1/runs/run_none", 404, "not_found")]
    [InlineData("DELETE", "/api/v1/runs/run_none", 404, "not_found")]
    [InlineData("POST", "/api/v1/runs/run_none/stop", 404, "not_found")]
    [InlineData("POST", "/api/v1/runs/run_none/resume", 404, "not_found")]
    [InlineData("POST", "/api/v1/runs/run_none/clone", 404, "not_found")]
    [InlineData("GET", "/api/v1/runs/run_none/metrics", 404, "not_found")]
    [InlineData("GET", "/api/v1/runs/run_none/checkpoints", 404, "not_found")]
    [InlineData("GET", "/api/v1/runs/run_none/log", 404, "not_found")]
    [InlineData("GET", "/api/v1/checkpoints/ck_none/content", 404, "not_found")]
    [InlineData("GET", "/api/v1/jobs/job_none", 404, "not_found")]
    [InlineData("DELETE", "/api/v1/jobs/job_none", 404, "not_found")]
    [InlineData("PUT", "/api/v1/datasets", 405, "method_not_allowed")]
    [InlineData("GET", "/api/v1/datasets?limit=0", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/datasets?limit=x", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/datasets?cursor=zz", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/datasets?sort=shape", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/jobs?filter=state:lost", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/runs/x/metrics?maxPoints=0", 400, "malformed_request")]
    [InlineData("GET", "/api/v1/runs/..%2f..%2fetc%2fpasswd", 404, "not_found")]
    public async Task Wrong_addresses_and_parameters(string method, string path, int status, string type)
    {
        var body = method == "PATCH" ? """{"name":"x"}""" : null;
        var problem = await _server.RefusedAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, $"urn:patchssl:{type}"), (problem.Status, problem.Type));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("""{"source":{"kind":"generated"}}""", 400)]
    [InlineData("""{"name":null,"source":{"kind":"generated"}}""", 400)]
    [InlineData("""{"name":"a","source":{"kind":"magic"}}""", 400)]
    [InlineData("""{"name":"a","source":{"kind":0}}""", 400)]
    [InlineData("""{"name":"a","source":{"kind":"upload"}}""", 422)]
    [InlineData("""{"name":" ","source":{"kind":"generated"}}""", 422)]
    [InlineData("""{"name":"a","source":{"kind":"generated","images":9}}""", 422)]
    [InlineData("""{"name":"a","source":{"kind":"generated","size":4}}""", 422)]
    [InlineData("""{"name":"a","source":{"kind":"folder","path":"/etc"}}""", 422)]
    [InlineData("""{"name":"a","source":{"kind":"generated"},"storageSize":5000}""", 422)]
    public async Task Unusable_datasets(string json, int status)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", json);
        Assert.Equal(status, problem.Status);
        Assert.Equal(0, (await _server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Total);
    }

    [Fact]
    public async Task An_impossible_recipe_names_every_error_at_once()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/runs",
            """{"name":"","datasetId":"ds_none","recipe":"quick","overrides":{"views":0,"learningRate":-1,"flavour":"sweet"}}""");
        Assert.Equal(422, problem.Status);
        Assert.Equal(["datasetId", "flavour", "learningRate", "name", "views"], problem.Errors!.Keys.Order());
    }

    [Fact]
    public async Task A_run_needs_a_dataset()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/runs", """{"name":"a","datasetId":"ds_none","recipe":"quick"}""");
        Assert.Equal(404, problem.Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets");
        request.Content = new StringContent(new string(' ', 30_000) + "{}", Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _server.Http.SendAsync(request, Cancel);
        var problem = await TestServer.ProblemAsync(response);
        Assert.Equal((413, "urn:patchssl:body_too_large"), (problem.Status, problem.Type));
        Assert.Contains("20,000", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_another_kind()
    {
        using var response = await _server.Http.PostAsync("/api/v1/datasets", new StringContent("a=b"), Cancel);
        Assert.Equal(415, (await TestServer.ProblemAsync(response)).Status);
    }

    [Fact]
    public async Task A_host_that_is_not_ours()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/system");
        request.Headers.Host = "evil.test";
        using var response = await _server.Http.SendAsync(request, Cancel);
        Assert.Equal("urn:patchssl:unknown_host", (await TestServer.ProblemAsync(response)).Type);
    }

    [Theory]
    [InlineData("POST", "/api/v1/demo")]
    [InlineData("POST", "/hubs/runs/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/hubs/runs?id=x")]
    public async Task Another_sites_page_may_not_call(string method, string path)
    {
        var problem = await _server.RefusedAsync(new HttpMethod(method), path, null, ("Origin", "http://evil.test"));
        Assert.Equal((403, "urn:patchssl:foreign_origin"), (problem.Status, problem.Type));
        Assert.Null((await _server.Api.GetDemoAsync(Cancel)).State);
    }

    [Fact]
    public async Task Headers_keep_a_browser_safe_and_pages_are_served_at_any_address()
    {
        using var response = await _server.Http.GetAsync("/runs/anything", Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back()
    {
        await using var server = new TestServer(("Limits:RequestsPerSecond", "1"));
        HttpResponseMessage response;
        do response = await server.Http.GetAsync("/api/v1/recipes", Cancel);
        while (response.IsSuccessStatusCode);
        var problem = await TestServer.ProblemAsync(response);
        Assert.Equal((429, "urn:patchssl:rate_limited"), (problem.Status, problem.Type));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/live", Cancel)).StatusCode);
    }
}
