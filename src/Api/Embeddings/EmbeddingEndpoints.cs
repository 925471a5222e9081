using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Embeddings;

/// <summary>Images in, vectors out.</summary>
public static class EmbeddingEndpoints
{
    public static IEndpointRouteBuilder MapEmbeddings(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/embeddings", Embed).WithTags("Embeddings").WithName("embedImages").WithSummary("Vectors of uploaded images")
            .WithDescription(
                "Answers in JSON, or with `Accept: application/x-npy` as one NumPy array: (images, dim) for `output=bag`, (images, patches, dim) for " +
                "`output=patches`; rows are the images that could be used, and the header `X-Failed-Images` lists the indexes of the others. " +
                "Arrow is not made yet (406). Patches and boxes refer to the upright image. Only the first frame of an animation is read.")
            .Produces<EmbeddingResult>(StatusCodes.Status200OK, "application/json", NpyWriter.MediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status406NotAcceptable).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .DisableAntiforgery();
        return routes;
    }

    public static async Task<IResult> Embed(
        HttpRequest request, [AsParameters] EmbeddingQuery query, PatchSslContext db, ModelCatalog models, EmbeddingDesk embeddings,
        ImageEmbedder embedder, LimitsOptions limits, CancellationToken cancellationToken)
    {
        // 1. check the question
        var asNpy = Negotiation.Choose(request, "application/json", NpyWriter.MediaType) == NpyWriter.MediaType;
        var question = EmbeddingQuestion.Parse(query, asNpy);
        var model = await models.FindAsync(db, question.Model, cancellationToken);
        model.Demand(question.Vectors);
        embeddings.RefuseWhenFull();

        // 2. read the form
        var form = await SmallForm.ReadAsync(request, limits.ImagesPerRequest, limits.RequestBytes, cancellationToken);
        if (form.Files.Count == 0) throw new ProblemException(Problems.Invalid(new Dictionary<string, string[]> { ["files"] = ["files is empty: send one image or more."] }));
        var boxes = question.Boxes(form, asNpy);

        // 3. take room in the queue; an image each: decode in a child, cut, embed
        var uploads = await embedder.EmbedAsync(model, question.Space, question.Grid, boxes, form.Files, cancellationToken);
        if (uploads.All(u => u.Error is not null)) throw ImageEmbedder.NoneUsable(uploads);

        // 4. put together
        var usable = uploads.Where(u => u.Error is null).Select(u => (Upload: u, Vectors: ImageVectors.Of(u, question))).ToList();
        var dim = usable[0].Vectors.Dim;
        if (asNpy) return new NpyResult(question, dim, usable, [.. uploads.Where(u => u.Error is not null).Select(u => u.Index)]);
        return TypedResults.Ok(new EmbeddingResult(
            model.Id, model.Sha256, dim, [.. usable.Select(u => Show(question, u.Upload, u.Vectors))],
            [.. uploads.Where(u => u.Error is not null).Select(u => u.Error!)]));
    }

    private static EmbeddedImage Show(EmbeddingQuestion question, EmbeddedUpload upload, ImageVectors vectors)
    {
        Vector Write(float[] values) => new(values, question.Base64);
        return new EmbeddedImage(
            upload.Index, upload.Name,
            question.Output == EmbeddingOutput.Patches ? null : Write(vectors.Bag),
            question.Output == EmbeddingOutput.Bag
                ? null
                : [.. upload.Boxes.Select((box, i) => new EmbeddedPatch(box.ToContract(), Write(vectors.Patches[i])))]);
    }
}
