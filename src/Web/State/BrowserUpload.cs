using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.State;

/// <summary>A file a person chose.</summary>
/// <param name="Size">Bytes.</param>
public sealed record ChosenFile(string Name, long Size);

/// <summary>What the script says came back: −1 for aborted, 0 for a broken connection.</summary>
public sealed record UploadAnswer(int Status, string Body);

/// <summary>
/// Uploads of any size from the browser: WebAssembly has 4 GB at most and fetch tells no progress, so the script sends the file itself.
/// </summary>
public sealed class BrowserUpload(IJSRuntime js, Action<long, long> sent) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private DotNetObjectReference<BrowserUpload>? _self;

    /// <summary>The file in an input; null when there is none.</summary>
    public async Task<ChosenFile?> ChosenAsync(ElementReference input) =>
        await (await ModuleAsync()).InvokeAsync<ChosenFile?>("chosen", input);

    /// <summary>Sends the input's file with some fields before it; null when it was aborted.</summary>
    /// <param name="route">One of <see cref="ApiRoutes"/> that takes a form and answers with what it made.</param>
    /// <exception cref="ApiException">The server refused it, or cannot be reached.</exception>
    public async Task<T?> SendAsync<T>(ElementReference input, string route, IReadOnlyDictionary<string, string> fields) where T : class
    {
        _self ??= DotNetObjectReference.Create(this);
        var answer = await (await ModuleAsync()).InvokeAsync<UploadAnswer>("send", input, route, fields, _self);
        if (answer.Status < 0) return null;
        if (answer.Status is >= 200 and < 300) return JsonSerializer.Deserialize<T>(answer.Body, ClientJson.Options);
        throw new ApiException(Refusal(answer));
    }

    public async Task AbortAsync(ElementReference input)
    {
        if (_module is not null) await _module.InvokeVoidAsync("abort", input);
    }

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public void OnSent(long done, long total) => sent(done, total);

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (_module is not null) await _module.DisposeAsync();
    }

    private static Problem Refusal(UploadAnswer answer)
    {
        if (answer.Status == 0) return new(null, "The upload broke off", 0, "The server closed the connection before the file was complete.", null);
        try
        {
            if (JsonSerializer.Deserialize<Problem>(answer.Body, ClientJson.Options) is { } problem) return problem;
        }
        catch (JsonException)
        {
            // Not from our server: a proxy with a limit of its own answers in HTML.
        }
        return new(null, "The upload was refused", answer.Status, $"The answer was status {answer.Status}.", null);
    }

    private async Task<IJSObjectReference> ModuleAsync() => _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./js/upload.js");
}
