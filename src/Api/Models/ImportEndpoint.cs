using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Models;

/// <summary>Brings an encoder of one's own.</summary>
public static class ImportEndpoint
{
    /// <summary>The form, for the documentation; the handler streams it.</summary>
    public sealed record ModelUpload(string Name, IFormFile File, int? InputSize, double? PatchScale, string? Mean, string? Deviation);

    public static void MapImport(this IEndpointRouteBuilder models) =>
        models.MapPost("", Import).Accepts<ModelUpload>("multipart/form-data").Produces<Model>(StatusCodes.Status201Created)
            .WithName("importModel").WithSummary("Import an encoder: a torchvision-named ResNet-18, 34 or 50 as safetensors, or a checkpoint of this program")
            .WithDescription(
                "Depth, width and stem are read from the tensors' names and shapes; a classifier (`fc.*`) is left out; float16, bfloat16, float32 and " +
                "float64 become float32. A file with missing, extra, misshapen, NaN or infinite tensors is refused with 422, every fault under `errors.file`.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage).DisableAntiforgery();

    public static async Task<IResult> Import(
        HttpContext http, PatchSslContext db, DataDirectory data, LimitsOptions limits, ModelImport models, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        // 1. stage the file, check the fields
        using var upload = await StagedUpload.ReadAsync(http, new UploadLimit(limits.ModelBytes, "Limits:ModelBytes"), data, cancellationToken);
        var form = ModelForm.Parse(upload);

        // 2. check the tensors, keep them
        var row = await models.KeepAsync(upload, form, cancellationToken);

        // 3. the row; a repeated request gets the first one's answer
        var saved = false;
        try
        {
            async Task<object?> Create()
            {
                db.Models.Add(row);
                await db.SaveChangesAsync(cancellationToken);
                saved = true;
                return TypedResults.Created($"/api/v1/models/{row.Id}", (await catalog.FindAsync(db, row.Id, cancellationToken)).ToContract());
            }
            var asked = $"{form.Name}\n{JsonSerializer.Serialize(form.Input)}\n{upload.Sha256}";
            return http.Request.Headers.TryGetValue(Idempotency.Header, out var key)
                ? (IResult)(await Idempotency.OnceAsync(http, key.ToString(), asked, Create))!
                : (IResult)(await Create())!;
        }
        finally
        {
            if (!saved) models.Drop(row.Id);
        }
    }
}
