using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Indexes;

/// <summary>One patch against all of an image, in numbers or as a picture.</summary>
public static class SimilarityEndpoints
{
    private const string Json = "application/json";

    public static void MapSimilarity(this RouteGroupBuilder group) =>
        group.MapPost("/{id}/similarity", Similarity).WithName("getSimilarity").WithSummary("Every grid patch of an image scored against one query")
            .WithDescription(
                "Answers by `Accept`: `application/json`, the cells with their boxes and scores; `application/x-npy`, the scores as one NumPy array (rows, columns) of float32; " +
                "or `image/png`, the stored image under the scores as colours, enlarged by a whole number to 256 pixels or more, the best patch framed. " +
                "Colours are viridis on a fixed scale. Send JSON, or a form with an image in `file`, optionally a `box` of it (JSON), and `imageId`; without `imageId` " +
                "the uploaded image's own grid is scored.")
            .Produces<SimilarityMap>(StatusCodes.Status200OK, Json, NpyWriter.MediaType, HeatOverlay.MediaType).Searches()
            .ProducesProblem(StatusCodes.Status406NotAcceptable).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).DisableAntiforgery();

    public static async Task<IResult> Similarity(
        string id, HttpRequest request, [AsParameters] SimilarityDrawing drawing, SimilarityScores scores, LimitsOptions limits, CancellationToken cancellationToken)
    {
        var type = Negotiation.Choose(request, Json, NpyWriter.MediaType, HeatOverlay.MediaType);
        var picture = SimilarityPicture.Parse(drawing);
        var drawn = type == HeatOverlay.MediaType ? picture : null;
        var answer = SmallForm.IsMultipart(request)
            ? await scores.MapAsync(id, await UploadedQuery.ReadAsync(request, limits, cancellationToken), drawn, cancellationToken)
            : await scores.MapAsync(id, await request.SearchBodyAsync<SimilarityRequest>(cancellationToken), drawn, cancellationToken);
        if (answer.Png is { } png) return TypedResults.Bytes(png, HeatOverlay.MediaType);
        if (type == Json) return TypedResults.Ok(answer.Map);
        using var npy = new MemoryStream();
        await NpyWriter.WriteAsync(npy, [answer.Map.Rows, answer.Map.Columns], [[.. answer.Map.Cells.Select(c => (float)c.Score)]], cancellationToken);
        return TypedResults.Bytes(npy.ToArray(), NpyWriter.MediaType);
    }
}
