using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PatchSsl.Api.Tests.Server;

public sealed class AccessTests(AccessTests.Fixture fixture) : IClassFixture<AccessTests.Fixture>
{
    private const string Key = "correct-horse-battery";
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new(("Access:ApiKey", Key));

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The routes anybody may call; one that is added without a thought is closed, and one that is opened must be added here.</summary>
    private static readonly string[] Open = ["/api/v1/session", "/health/live", "/health/ready"];

    [Fact]
    public async Task Every_route_but_a_few_needs_the_key()
    {
        var routes = _server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').Split('/')[0] is "api" or "hubs" or "health" or "v1" or "metrics" or "swagger")
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(m => (Method: m, Path: "/" + string.Join('/', e.RoutePattern.PathSegments.Select(s => s.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart l ? l.Content : "x")))))
            .Distinct().ToList();
        Assert.True(routes.Count > 25, $"only {routes.Count} routes found");
        foreach (var (method, path) in routes.Where(r => !Open.Contains(r.Path)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await _server.Http.SendAsync(request, Cancel);
            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized, $"{method} {path} answered {response.StatusCode}");
            if (method != "HEAD") Assert.Equal(401, (await TestServer.ProblemAsync(response)).Status);
        }
    }

    [Theory]
    [InlineData("Bearer correct-horse-battery", 200)]
    [InlineData("bearer correct-horse-battery", 200)]
    [InlineData("Bearer correct-horse-batterY", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Basic correct-horse-battery", 401)]
    public async Task The_key_opens(string header, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/system");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await _server.Http.SendAsync(request, Cancel);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_dashboard_exchanges_the_key_for_a_cookie()
    {
        // A client of its own: the shared one would keep the cookie and open the door to the other tests.
        using var browser = WithoutCookies();
        using var wrong = await browser.PostAsJsonAsync("/api/v1/session", new { key = "wrong-wrong-wrong" }, Cancel);
        Assert.Equal(401, (await TestServer.ProblemAsync(wrong)).Status);
        using var right = await browser.PostAsJsonAsync("/api/v1/session", new { key = Key }, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, cookie, StringComparison.Ordinal);

        var value = cookie.Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await WithCookieAsync(value));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync(value.Replace("=1", "=9", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync(value[..^1]));
    }

    private HttpClient WithoutCookies() => new(new HttpClientHandler { UseCookies = false }) { BaseAddress = _server.Http.BaseAddress };

    private async Task<HttpStatusCode> WithCookieAsync(string cookie)
    {
        using var client = WithoutCookies();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/system");
        request.Headers.Add("Cookie", cookie);
        using var response = await client.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    [Fact]
    public async Task The_dashboards_files_are_open()
    {
        using var page = await _server.Http.GetAsync("/", Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
