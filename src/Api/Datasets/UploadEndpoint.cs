using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Datasets;

/// <summary>Takes an archive: parts in any order, the file streamed to <c>staging</c>, nothing left behind by a failure.</summary>
public static class UploadEndpoint
{
    private const int LongestField = 4_096;
    private const int BlockBytes = 1 << 17;
    private const long CheckEvery = 64L << 20;
    private const long ReadOnBytes = 64L << 20;

    /// <summary>The form, for the documentation; the handler streams it.</summary>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="StorageSize">Longest stored side in pixels, 16 to 2,048.</param>
    /// <param name="File">A zip of images, or a CIFAR-10 or CIFAR-100 binary archive.</param>
    public sealed record UploadForm(string Name, int? StorageSize, IFormFile File);

    public static void MapUpload(this IEndpointRouteBuilder datasets) =>
        datasets.MapPost("/upload", Upload).Accepts<UploadForm>("multipart/form-data").Produces<Dataset>(StatusCodes.Status202Accepted)
            .WithName("uploadDataset").WithSummary("Upload a zip of images or a CIFAR binary archive and import it");

    public static async Task<IResult> Upload(
        HttpContext http, DatasetService datasets, PatchSslContext db, DataDirectory data, LimitsOptions limits, CancellationToken cancellationToken)
    {
        // The limit is kept here. Kestrel cuts the connection at its own, and a caller a little over would see a broken pipe, not the answer.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limits.UploadBytes + ReadOnBytes;
        if (http.Request.ContentLength > limits.UploadBytes) return TooLarge(limits);
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "multipart/form-data" || type.Boundary.Length == 0)
            return Problems.UnsupportedMediaType("An upload is multipart/form-data with the parts name and file.", "unsupported_media_type");
        data.Demand(http.Request.ContentLength ?? 0);

        var form = new Form(data.Staged($"up_{Guid.NewGuid():n}"));
        var kept = false;
        try
        {
            try
            {
                await ReadAsync(http.Request.Body, HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), form, data, limits, cancellationToken);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return TooLarge(limits);
            }
            if (form.Errors.Count > 0) return Problems.Invalid(form.Errors);
            if (UploadCheck.Refusal(form.Path, limits.Import) is { } refusal) return refusal;

            async Task<object?> Create()
            {
                var source = new DatasetSource(SourceKind.Upload);
                var row = await datasets.CreateAsync(db, form.Name!, source, form.StorageSize, Path.GetFileName(form.Path), cancellationToken);
                kept = true;
                return TypedResults.Accepted($"/api/v1/jobs/{row.JobId}", await DatasetViews.ToContractAsync(db, row, cancellationToken));
            }
            return http.Request.Headers.TryGetValue(Idempotency.Header, out var key)
                ? (IResult)(await Idempotency.OnceAsync(http, key.ToString(), $"{form.Name}\n{form.StorageSize}\n{form.Sha256}", Create))!
                : (IResult)(await Create())!;
        }
        finally
        {
            if (!kept) File.Delete(form.Path);
        }
    }

    private sealed class Form(string path)
    {
        public string Path => path;
        public string? Name;
        public int? StorageSize;
        public string? Sha256;

        public Dictionary<string, string[]> Errors
        {
            get
            {
                var errors = new Dictionary<string, string[]>();
                if (DatasetService.NameError(Name ?? "") is { } name) errors["name"] = [name];
                if (DatasetService.StorageError(StorageSize) is { } storage) errors["storageSize"] = [storage];
                if (Sha256 is null) errors["file"] = ["The part 'file' is missing."];
                return errors;
            }
        }
    }

    private static async Task ReadAsync(
        Stream body, string boundary, Form form, DataDirectory data, LimitsOptions limits, CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(boundary, body);
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            switch (HeaderUtilities.RemoveQuotes(disposition.Name).ToString())
            {
                case "name":
                    form.Name = await FieldAsync(section.Body, cancellationToken);
                    break;
                case "storageSize":
                    var text = await FieldAsync(section.Body, cancellationToken);
                    if (text.Length == 0) break;
                    form.StorageSize = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
                        ? size
                        : throw new ProblemException(Problems.BadRequest($"storageSize '{Problems.Shown(text)}' is no number."));
                    break;
                case "file" when form.Sha256 is null:
                    form.Sha256 = await StageAsync(section.Body, form.Path, data, limits, cancellationToken);
                    break;
            }
        }
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
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
        var length = await text.ReadBlockAsync(buffer, cancellationToken);
        return length <= LongestField ? new string(buffer, 0, length) : throw new ProblemException(Problems.TooLarge($"A field is over {LongestField} characters."));
    }

    /// <summary>Writes the file and returns its hash; the disk's reserve is watched while it grows.</summary>
    private static async Task<string> StageAsync(Stream body, string path, DataDirectory data, LimitsOptions limits, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BlockBytes, useAsync: true);
        var buffer = new byte[BlockBytes];
        long written = 0, check = CheckEvery;
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            written += count;
            if (written > limits.UploadBytes) throw new BadHttpRequestException("", StatusCodes.Status413PayloadTooLarge);
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

    private static IResult TooLarge(LimitsOptions limits) => Problems.TooLarge($"The upload is over the limit of {limits.UploadBytes:N0} bytes (Limits:UploadBytes).");
}
