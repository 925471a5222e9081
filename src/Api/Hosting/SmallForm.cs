using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PatchSsl.Api.Hosting;

/// <summary>A file of a form.</summary>
/// <param name="Name">As its sender called it: for messages only.</param>
public sealed record UploadedFile(string Name, byte[] Content);

/// <param name="Files">Parts with a file name, in order.</param>
/// <param name="Fields">The other parts; of several with one name the last counts.</param>
public sealed record SmallForm(IReadOnlyList<UploadedFile> Files, IReadOnlyDictionary<string, string> Fields)
{
    private const int LongestBoundary = 100;
    private const int LongestField = 1 << 20;

    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads small uploads straight into memory: images to be looked at and forgotten touch no disk.</summary>
    /// <exception cref="ProblemException">400 malformed, 413 too many files or bytes, 415 not a form.</exception>
    public static async Task<SmallForm> ReadAsync(HttpRequest request, int mostFiles, long mostBytes, CancellationToken cancel)
    {
        if (!IsMultipart(request))
            throw new ProblemException(Problems.UnsupportedMediaType("Send the images as multipart/form-data.", "unsupported_media_type"));
        // The limit is kept here. Kestrel's own is set wider, because it cuts the connection at it, and a caller a little over would see
        // a broken pipe instead of the answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } kestrel) kestrel.MaxRequestBodySize = 4 * mostBytes;
        if (request.ContentLength > mostBytes) throw TooManyBytes(mostBytes);
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (boundary is not { Length: > 0 and <= LongestBoundary })
            throw new ProblemException(Problems.BadRequest("The form's Content-Type has no boundary, or one of more than 100 characters."));

        try
        {
            return await ReadAsync(new MultipartReader(boundary, request.Body), mostFiles, mostBytes, cancel);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException))
        {
            throw new ProblemException(Problems.BadRequest("The multipart form cannot be read: it is cut off or malformed."));
        }
    }

    private static async Task<SmallForm> ReadAsync(MultipartReader reader, int mostFiles, long mostBytes, CancellationToken cancel)
    {
        List<UploadedFile> files = [];
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        var left = mostBytes;
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var isFile = disposition.IsFileDisposition();
            if (isFile && files.Count == mostFiles)
                throw new ProblemException(Problems.TooLarge($"The request has more than {mostFiles:N0} files.", "batch_too_large"));
            var content = await ReadPartAsync(section.Body, isFile ? left : Math.Min(left, LongestField), mostBytes, cancel);
            left -= content.Length;
            if (isFile) files.Add(new UploadedFile(FileName(disposition, files.Count), content));
            else fields[HeaderUtilities.RemoveQuotes(disposition.Name).ToString()] = Encoding.UTF8.GetString(content);
        }
        return new SmallForm(files, fields);
    }

    private static async Task<byte[]> ReadPartAsync(Stream part, long limit, long mostBytes, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int length = 0, read;
            while ((read = await part.ReadAsync(buffer.AsMemory(length), cancel)) > 0)
            {
                length += read;
                if (length > limit) throw TooManyBytes(mostBytes);
                if (length < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * length, Array.MaxLength));
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string FileName(ContentDispositionHeaderValue disposition, int index)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return name is { HasValue: true, Length: > 0 } ? Problems.Shown(name.ToString()) : $"file {index}";
    }

    private static ProblemException TooManyBytes(long limit) => new(Problems.TooLarge($"The body is over the limit of {limit:N0} bytes."));
}
