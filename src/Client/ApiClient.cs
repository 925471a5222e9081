using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>
/// The API as methods. Every refusal is an <see cref="ApiException"/> that carries the server's problem details.
/// The client's <see cref="HttpClient.BaseAddress"/> is the server's root and ends with a slash.
/// </summary>
public sealed partial class ApiClient(HttpClient http)
{
    private Task<T> GetAsync<T>(string route, CancellationToken cancellationToken) =>
        SendAsync<T>(new HttpRequestMessage(HttpMethod.Get, route), cancellationToken);

    private Task<Page<T>> ListAsync<T>(string route, ListQuery? query, CancellationToken cancellationToken) =>
        GetAsync<Page<T>>((query ?? new ListQuery()).On(route), cancellationToken);

    private Task<TAnswer> PostAsync<TBody, TAnswer>(string route, TBody body, CancellationToken cancellationToken) =>
        SendAsync<TAnswer>(Request(HttpMethod.Post, route, body), cancellationToken);

    /// <summary>A creating POST: repeated after a lost answer, the server returns what it already made.</summary>
    private Task<TAnswer> CreateAsync<TBody, TAnswer>(string route, TBody body, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, route, body);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        return SendAsync<TAnswer>(request, cancellationToken);
    }

    private static HttpRequestMessage Request<TBody>(HttpMethod method, string route, TBody body) =>
        new(method, route) { Content = JsonContent.Create(body, ClientJson.TypeOf<TBody>()) };

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await AnswerAsync(request, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync(ClientJson.TypeOf<T>(), cancellationToken)
                ?? throw new JsonException("The answer is empty.");
        }
        catch (JsonException e)
        {
            throw new ApiException(new Problem(null, "Unexpected answer", (int)response.StatusCode,
                $"The server's answer to {request.RequestUri} could not be read.", null), inner: e);
        }
    }

    private async Task SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (await AnswerAsync(request, cancellationToken)).Dispose();

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, until, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ApiException(new Problem(null, "Server not reachable", 0,
                "No answer came from the server. Check that it is running and that this machine can reach it.", null), inner: e);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, cancellationToken);
    }

    private static async Task<ApiException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal))
        {
            try
            {
                problem = await response.Content.ReadFromJsonAsync(ClientJson.TypeOf<Problem>(), cancellationToken);
            }
            catch (JsonException)
            {
                // A proxy may answer with a page of its own: the status still tells what happened.
            }
        }
        problem ??= new Problem(null, response.ReasonPhrase, status, $"The server answered with status {status}.", null);
        return new ApiException(problem with { Status = problem.Status ?? status }, Wait(response.Headers.RetryAfter));
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) => header?.Delta;
}
