using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PatchSsl.Api.Hosting;

/// <summary>How large an upload may be, and the option that says so.</summary>
public sealed record UploadLimit(long Bytes, string Option);

/// <summary>A form with one large file, its parts in any order: the file went to <c>staging</c> as it arrived, and goes when this is disposed.</summary>
public sealed class StagedUpload : IDisposable
{
    private const int LongestField = 4_096, MostFields = 32;
    private const int BlockBytes = 1 << 17;
    private const long CheckEvery = 64L << 20, ReadOnBytes = 64L << 20;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private bool _kept;

    private StagedUpload(string path) => Path = path;

    /// <summary>Where the file lies; its name is nobody's but ours.</summary>
    public string Path { get; }

    /// <summary>Of the file, lower-case hex; null where the form had no part <c>file</c>.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>The other parts; of several with one name the last counts.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>The file belongs to somebody else from now on.</summary>
    public void Keep() => _kept = true;

    /// <exception cref="ProblemException">400 malformed, 413 too large, 415 not a form, 507 the disk is too full. Nothing is left behind.</exception>
    public static async Task<StagedUpload> ReadAsync(HttpContext http, UploadLimit limit, DataDirectory data, CancellationToken cancellationToken)
    {
        // The limit is kept here. Kestrel cuts the connection at its own, and a caller a little over would see a broken pipe, not the answer.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit.Bytes + ReadOnBytes;
        if (http.Request.ContentLength > limit.Bytes) throw TooLarge(limit);
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "multipart/form-data" || type.Boundary.Length == 0)
            throw new ProblemException(Problems.UnsupportedMediaType("An upload is multipart/form-data with the parts name and file.", "unsupported_media_type"));
        data.Demand(http.Request.ContentLength ?? 0);

        var upload = new StagedUpload(data.Staged($"up_{Guid.NewGuid():n}"));
        try
        {
            await upload.ReadAsync(new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), http.Request.Body), limit, data, cancellationToken);
            return upload;
        }
        catch (Exception e)
        {
            upload.Dispose();
            if (e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }) throw TooLarge(limit);
            throw;
        }
    }

    public void Dispose()
    {
        if (!_kept) File.Delete(Path);
    }

    private async Task ReadAsync(MultipartReader reader, UploadLimit limit, DataDirectory data, CancellationToken cancellationToken)
    {
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name == "file")
            {
                if (Sha256 is null) Sha256 = await StageAsync(section.Body, limit, data, cancellationToken);
                continue;
            }
            if (_fields.Count == MostFields) throw new ProblemException(Problems.BadRequest($"The form has more than {MostFields} fields."));
            _fields[name] = await FieldAsync(section.Body, cancellationToken);
        }
    }

    private static Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken) =>
        WholeAsync(() => reader.ReadNextSectionAsync(cancellationToken));

    /// <summary>Reads of the sender's; the disk's failures are not its fault.</summary>
    private static async Task<T> WholeAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException))
        {
            throw new ProblemException(Problems.BadRequest("The multipart body ends early or is malformed."));
        }
    }

    private static async Task<string> FieldAsync(Stream body, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(body);
        var buffer = new char[LongestField + 1];
        var length = await WholeAsync(() => text.ReadBlockAsync(buffer, cancellationToken).AsTask());
        return length <= LongestField ? new string(buffer, 0, length) : throw new ProblemException(Problems.TooLarge($"A field is over {LongestField} characters."));
    }

    /// <summary>Writes the file and returns its hash; the disk's reserve is watched while it grows.</summary>
    private async Task<string> StageAsync(Stream body, UploadLimit limit, DataDirectory data, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BlockBytes, useAsync: true);
        var buffer = new byte[BlockBytes];
        long written = 0, check = CheckEvery;
        int count;
        while ((count = await WholeAsync(() => body.ReadAsync(buffer, cancellationToken).AsTask())) > 0)
        {
            written += count;
            if (written > limit.Bytes) throw TooLarge(limit);
            if (written >= check)
            {
                data.Demand();
                check += CheckEvery;
            }
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ProblemException TooLarge(UploadLimit limit) => new(Problems.TooLarge($"The upload is over the limit of {limit.Bytes:N0} bytes ({limit.Option})."));
}
