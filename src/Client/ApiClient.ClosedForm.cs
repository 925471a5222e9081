using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    /// <param name="symbols">Of every preset's joint, 2 to 64; null for each one's own number.</param>
    public Task<ClosedFormPresets> GetClosedFormPresetsAsync(int? symbols = null, CancellationToken cancellationToken = default) =>
        GetAsync<ClosedFormPresets>(ApiRoutes.WithQuery(ApiRoutes.ClosedFormPresets, ("symbols", ApiRoutes.Whole(symbols))), cancellationToken);

    /// <summary>Runs the closed-form experiment to its end.</summary>
    public Task<ClosedFormResult> RunClosedFormAsync(ClosedFormRequest body, CancellationToken cancellationToken = default) =>
        PostAsync<ClosedFormRequest, ClosedFormResult>(ApiRoutes.ClosedForm, body, cancellationToken);

    /// <summary>Runs the closed-form experiment and tells how it goes: the theory, frames while it trains, the result last. To leave off early ends it.</summary>
    public async IAsyncEnumerable<ClosedFormLine> WatchClosedFormAsync(
        ClosedFormRequest body, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = Request(HttpMethod.Post, ApiRoutes.ClosedForm, body);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var response = await AnswerAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await NextAsync() is { } line) yield return line;

        async Task<ClosedFormLine?> NextAsync()
        {
            try
            {
                var text = await reader.ReadLineAsync(cancellationToken);
                return text is null ? null : JsonSerializer.Deserialize(text, ClientJson.TypeOf<ClosedFormLine>());
            }
            catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
            {
                throw new ApiException(new Problem(null, "The answer broke off", 0, "The connection to the server was lost before the result came.", null), inner: e);
            }
        }
    }
}
