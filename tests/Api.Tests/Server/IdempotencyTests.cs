using System.Net;
using System.Text;

namespace PatchSsl.Api.Tests.Server;

public sealed class IdempotencyTests(IdempotencyTests.Fixture fixture) : IClassFixture<IdempotencyTests.Fixture>
{
    private const string Body = """{"name":"Once","source":{"kind":"generated","images":10,"size":16}}""";
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(HttpStatusCode Status, string Body, string? Location)> PostAsync(string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await _server.Http.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response.Headers.Location?.ToString());
    }

    private async Task<int> CountAsync() => (await _server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Total;

    [Fact]
    public async Task A_repeated_request_gets_the_first_ones_answer()
    {
        var before = await CountAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostAsync("same", Body)));
        Assert.All(answers, a => Assert.Equal(answers[0], a));
        Assert.Equal(HttpStatusCode.Accepted, answers[0].Status);
        Assert.StartsWith("/api/v1/jobs/", answers[0].Location, StringComparison.Ordinal);
        Assert.Equal(before + 1, await CountAsync());
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        await PostAsync("taken", Body);
        var before = await CountAsync();
        var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", Body.Replace("Once", "Twice", StringComparison.Ordinal), ("Idempotency-Key", "taken"));
        Assert.Equal((422, "urn:patchssl:idempotency_key_reused"), (problem.Status, problem.Type));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_refused_request_does_not_use_the_key_up()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("again", Body.Replace("10", "1", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("again", Body)).Status);
    }

    [Fact]
    public async Task A_key_has_a_length()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", Body, ("Idempotency-Key", new string('k', 256)));
        Assert.Equal(400, problem.Status);
    }
}
