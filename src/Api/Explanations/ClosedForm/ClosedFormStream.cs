using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.ClosedForm;

namespace PatchSsl.Api.Explanations.ClosedForm;

/// <summary>An experiment as it goes, a JSON object a line: the theory, frames, the result. It ends when the caller goes away.</summary>
internal sealed class ClosedFormStream(ClosedFormLab lab, ClosedFormSpec spec, string? preset) : IResult
{
    public const string MediaType = "application/x-ndjson";

    private static readonly JsonSerializerOptions Json = new(ClientJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // What refuses does so before the answer begins.
        using var place = await lab.EnterAsync();
        var lines = Channel.CreateUnbounded<ClosedFormLine>();
        var run = RunAsync(lines.Writer, httpContext.RequestAborted);
        try
        {
            var (response, gone) = (httpContext.Response, httpContext.RequestAborted);
            response.ContentType = MediaType;
            // A proxy that gathers the lines would show the learning only when it is over.
            response.Headers["X-Accel-Buffering"] = "no";
            await foreach (var line in lines.Reader.ReadAllAsync(gone))
            {
                await JsonSerializer.SerializeAsync(response.Body, line, Json, gone);
                await response.Body.WriteAsync("\n"u8.ToArray(), gone);
                await response.Body.FlushAsync(gone);
            }
        }
        finally
        {
            // The place is free only once the computing has ended; how it ended, the channel has told.
            await run;
        }
    }

    private async Task RunAsync(ChannelWriter<ClosedFormLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            var result = await lab.RunAsync(
                spec, theory => lines.TryWrite(new ClosedFormLine(Theory: theory.Show())), frame => lines.TryWrite(new ClosedFormLine(Frame: frame.Show())),
                cancellationToken);
            lines.TryWrite(new ClosedFormLine(Result: result.Show(preset)));
            lines.Complete();
        }
        catch (Exception e)
        {
            lines.Complete(e);
        }
    }
}
