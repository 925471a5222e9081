using System.Net;
using System.Net.Http.Headers;

namespace PatchSsl.Client;

/// <summary>A file to send.</summary>
/// <param name="Name">Shown to people; the server never uses it as a path.</param>
/// <param name="Content">Read once, from its current position.</param>
public sealed record UploadFile(string Name, Stream Content, string? ContentType = null)
{
    internal HttpContent ToContent()
    {
        var content = new StreamContent(Content);
        if (ContentType is { Length: > 0 } type) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}

/// <summary>Streams a file and tells how far it is.</summary>
internal sealed class ProgressContent : HttpContent
{
    private const int BlockBytes = 64 * 1024;
    private readonly UploadFile _file;
    private readonly IProgress<long>? _sent;

    public ProgressContent(UploadFile file, IProgress<long>? sent)
    {
        (_file, _sent) = (file, sent);
        Headers.ContentType = MediaTypeHeaderValue.Parse(file.ContentType is { Length: > 0 } type ? type : "application/octet-stream");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var block = new byte[BlockBytes];
        long total = 0;
        int read;
        while ((read = await _file.Content.ReadAsync(block)) > 0)
        {
            await stream.WriteAsync(block.AsMemory(0, read));
            _sent?.Report(total += read);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _file.Content.CanSeek ? _file.Content.Length - _file.Content.Position : 0;
        return _file.Content.CanSeek;
    }
}
