using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;

namespace PatchSsl.Api.Embeddings;

/// <summary>Embedding for clients written for OpenAI's interface: images as data URIs, one unit-length bag of 16 patches each.</summary>
public static class OpenAiEndpoints
{
    private static readonly EmbeddingQuestion Bags = new("", VectorKind.Embedding, new PatchGrid(16), EmbeddingOutput.Bag, Normalize: true, Base64: false);

    public static IEndpointRouteBuilder MapOpenAi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/embeddings", Embed).WithTags("Embeddings").WithName("embedOpenAi").WithSummary("Vectors of images sent as data URIs, in OpenAI's form")
            .WithDescription("One vector an image: the unit-length mean over a grid of 16 patches of the encoder's output. One image that cannot be used fails the request.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    public static async Task<Ok<OpenAiEmbeddingResponse>> Embed(
        OpenAiEmbeddingRequest body, PatchSslContext db, ModelCatalog models, EmbeddingDesk embeddings, ImageEmbedder embedder, LimitsOptions limits,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var base64 = errors.Choice("encoding_format", body.EncodingFormat, OpenAiEncoding.Float) == OpenAiEncoding.Base64;
        var files = Images(body.Input, errors);
        errors.Throw();
        if (files.Count > limits.ImagesPerRequest)
            throw new ProblemException(Problems.TooLarge($"input has {files.Count:N0} images; the limit is {limits.ImagesPerRequest:N0}.", "batch_too_large"));
        var model = await models.FindAsync(db, body.Model, cancellationToken);
        embeddings.RefuseWhenFull();

        var uploads = await embedder.EmbedAsync(model, Bags.Space, Bags.Grid, null, files, cancellationToken);
        if (uploads.Where(u => u.Error is not null).ToList() is { Count: > 0 } failed) throw ImageEmbedder.NoneUsable(failed);
        var patches = uploads.Sum(u => u.Boxes.Count);
        return TypedResults.Ok(new OpenAiEmbeddingResponse(
            "list", [.. uploads.Select((u, i) => new OpenAiEmbedding("embedding", i, new Vector(ImageVectors.Of(u, Bags).Bag, base64)))],
            model.Id, new OpenAiUsage(patches, patches)));
    }

    private enum OpenAiEncoding { Float, Base64 }

    private static List<UploadedFile> Images(JsonElement input, FieldErrors errors)
    {
        List<JsonElement> entries = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray()] : [input];
        if (entries.Count == 0) errors.Add("input", "input is empty: send one image or more.");
        List<UploadedFile> files = [];
        for (var i = 0; i < entries.Count; i++)
        {
            var bytes = entries[i].ValueKind == JsonValueKind.String ? FromDataUri(entries[i].GetString()!) : null;
            if (bytes is null) errors.Add("input", $"input[{i}] must be a data URI of an image in base64, such as data:image/png;base64,….");
            else files.Add(new UploadedFile($"input[{i}]", bytes));
        }
        return files;
    }

    private static byte[]? FromDataUri(string text)
    {
        var comma = text.IndexOf(',');
        if (comma < 0 || !text.StartsWith("data:", StringComparison.Ordinal) || !text[..comma].EndsWith(";base64", StringComparison.Ordinal)) return null;
        var bytes = new byte[(text.Length - comma) / 4 * 3 + 3];
        return Convert.TryFromBase64Chars(text.AsSpan(comma + 1), bytes, out var written) ? bytes[..written] : null;
    }
}
