using System.Globalization;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Datasets;

/// <summary>Takes an archive; a failure leaves nothing behind.</summary>
public static class UploadEndpoint
{
    /// <summary>The form, for the documentation; the handler streams it.</summary>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="StorageSize">Longest stored side in pixels, 16 to 2,048.</param>
    /// <param name="File">A zip of images, or a CIFAR-10 or CIFAR-100 binary archive.</param>
    public sealed record DatasetForm(string Name, int? StorageSize, IFormFile File);

    public static void MapUpload(this IEndpointRouteBuilder datasets) =>
        datasets.MapPost("/upload", Upload).Accepts<DatasetForm>("multipart/form-data").Produces<Dataset>(StatusCodes.Status202Accepted)
            .WithName("uploadDataset").WithSummary("Upload a zip of images or a CIFAR binary archive and import it");

    public static async Task<IResult> Upload(
        HttpContext http, DatasetService datasets, PatchSslContext db, DataDirectory data, LimitsOptions limits, CancellationToken cancellationToken)
    {
        using var upload = await StagedUpload.ReadAsync(http, new UploadLimit(limits.UploadBytes, "Limits:UploadBytes"), data, cancellationToken);
        var name = upload.Fields.GetValueOrDefault("name") ?? "";
        var storageSize = StorageSize(upload.Fields.GetValueOrDefault("storageSize"));
        var errors = new Dictionary<string, string[]>();
        if (DatasetService.NameError(name) is { } nameError) errors["name"] = [nameError];
        if (DatasetService.StorageError(storageSize) is { } storageError) errors["storageSize"] = [storageError];
        if (upload.Sha256 is null) errors["file"] = ["The part 'file' is missing."];
        if (errors.Count > 0) return Problems.Invalid(errors);
        if (UploadCheck.Refusal(upload.Path, limits.Import) is { } refusal) return refusal;

        async Task<object?> Create()
        {
            var source = new DatasetSource(SourceKind.Upload);
            var row = await datasets.CreateAsync(db, name, source, storageSize, Path.GetFileName(upload.Path), cancellationToken);
            upload.Keep();
            return TypedResults.Accepted($"/api/v1/jobs/{row.JobId}", await DatasetContracts.ToContractAsync(db, row, cancellationToken));
        }
        return http.Request.Headers.TryGetValue(Idempotency.Header, out var key)
            ? (IResult)(await Idempotency.OnceAsync(http, key.ToString(), $"{name}\n{storageSize}\n{upload.Sha256}", Create))!
            : (IResult)(await Create())!;
    }

    private static int? StorageSize(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size) ? size
        : throw new ProblemException(Problems.BadRequest($"storageSize '{Problems.Shown(text)}' is no number."));
}
