using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Tests.Support;

/// <summary>Answers requests with contract JSON. An address nobody set up is refused with 404, as the server would.</summary>
public sealed class FakeServer : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Func<SentRequest, Task<HttpResponseMessage>>> _answers = new();

    /// <summary>What the page asked for, in order.</summary>
    public ConcurrentQueue<SentRequest> Requests { get; } = new();

    /// <summary>The requests of one method and path.</summary>
    public IEnumerable<SentRequest> Sent(string method, string path) => Requests.Where(r => r.Method == method && r.Path == path);

    /// <param name="path">Without query, for example <c>/api/v1/runs</c>.</param>
    public FakeServer Get<T>(string path, T body) => On("GET", path, _ => Json(body));

    public FakeServer Get<T>(string path, Func<SentRequest, T> body) => On("GET", path, r => Json(body(r)));

    public FakeServer Post<T>(string path, T body, HttpStatusCode status = HttpStatusCode.Accepted) => On("POST", path, _ => Json(body, status));

    /// <summary>Refuses with problem details.</summary>
    public FakeServer Refuse(string method, string path, int status, string title, string detail, IReadOnlyDictionary<string, string[]>? errors = null) =>
        On(method, path, _ => Json(new Problem("about:blank", title, status, detail, "trace-1", errors), (HttpStatusCode)status, "application/problem+json"));

    /// <summary>Answers when the returned source is completed: the page shows its loading state until then.</summary>
    public TaskCompletionSource<T> LaterAsync<T>(string method, string path)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[$"{method} {path}"] = async _ => Json(await source.Task);
        return source;
    }

    /// <summary>The connection fails.</summary>
    public FakeServer Unreachable(string method, string path)
    {
        _answers[$"{method} {path}"] = _ => Task.FromException<HttpResponseMessage>(new HttpRequestException("refused"));
        return this;
    }

    public FakeServer On(string method, string path, Func<SentRequest, HttpResponseMessage> answer)
    {
        _answers[$"{method} {path}"] = r => Task.FromResult(answer(r));
        return this;
    }

    public static HttpResponseMessage Json<T>(T body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new(status) { Content = new StringContent(JsonSerializer.Serialize(body, ClientJson.Options), Encoding.UTF8, type) };

    public static Page<T> Page<T>(params T[] items) => new(items, null, items.Length);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(request.Method.Method, request.RequestUri!.AbsolutePath, Uri.UnescapeDataString(request.RequestUri.Query), body);
        Requests.Enqueue(sent);
        var answer = _answers.TryGetValue($"{sent.Method} {sent.Path}", out var known)
            ? await known(sent)
            : Json(new Problem(null, "Not found", 404, $"Nothing at {sent.Path}.", null), HttpStatusCode.NotFound, "application/problem+json");
        answer.RequestMessage = request;
        return answer;
    }
}

/// <param name="Query">Unescaped, with its question mark.</param>
public sealed record SentRequest(string Method, string Path, string Query, string Body);
