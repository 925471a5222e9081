using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Indexes;

/// <summary>Questions to an index.</summary>
public static class NeighbourEndpoints
{
    private const int MostRequests = 64;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void MapNeighbours(this RouteGroupBuilder group)
    {
        group.MapPost("/{id}/neighbours", Find).WithName("findNeighbours").WithSummary("Patches nearest to a patch, a box, a vector or an uploaded image")
            .WithDescription("As JSON, or as a form with an image in `file` and optional fields `box` (JSON), `k`, `onePerImage`, `minScore` and `classes` (separated by commas).")
            .Produces<NeighbourResult>().Searches()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).DisableAntiforgery();
        group.MapPost("/{id}/neighbours/batch", FindMany).WithName("findNeighboursBatch").WithSummary("Up to 64 searches of one index in one pass").Searches();
        group.MapPost("/{id}/similarity", Similarity).WithName("getSimilarity").WithSummary("Every grid patch of an image scored against one query").Searches();
    }

    public static async Task<Ok<NeighbourResult>> Find(string id, HttpRequest request, NeighbourSearch search, LimitsOptions limits, CancellationToken cancellationToken)
    {
        if (!UploadForm.IsMultipart(request)) return TypedResults.Ok((await search.Find(id, [await Body(request, cancellationToken)], _ => "", cancellationToken))[0]);
        var form = await UploadForm.Read(request, 1, limits.RequestBytes, cancellationToken);
        var errors = new FieldErrors();
        if (form.Files.Count == 0) errors.Add("file", "file is missing: send one image.");
        var box = Field<Box?>(form, "box", null, text => JsonSerializer.Deserialize<Box>(text, Json), errors);
        var options = new NeighbourRequest(
            new NeighbourQuery(), Field(form, "k", 20, text => int.Parse(text, CultureInfo.InvariantCulture), errors),
            OnePerImage: Field(form, "onePerImage", false, bool.Parse, errors),
            Filter: form.Fields.TryGetValue("classes", out var classes) ? new NeighbourFilter(classes.Split(',', StringSplitOptions.RemoveEmptyEntries)) : null,
            MinScore: Field<double?>(form, "minScore", null, text => double.Parse(text, CultureInfo.InvariantCulture), errors));
        errors.Throw();
        return TypedResults.Ok(await search.Find(id, form.Files[0], box, options, cancellationToken));
    }

    public static async Task<Ok<NeighbourBatchResult>> FindMany(
        string id, NeighbourBatchRequest body, NeighbourSearch search, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (body.Requests.Count is < 1 or > MostRequests) errors.Add("requests", $"requests has {body.Requests.Count} searches: allowed is 1 to {MostRequests}.");
        errors.Throw();
        return TypedResults.Ok(new NeighbourBatchResult(await search.Find(id, body.Requests, i => $"requests[{i}].", cancellationToken)));
    }

    public static async Task<Ok<SimilarityMap>> Similarity(
        string id, SimilarityRequest body, SimilarityScores scores, CancellationToken cancellationToken) =>
        TypedResults.Ok(await scores.Map(id, body, cancellationToken));

    private static RouteHandlerBuilder Searches(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<NeighbourRequest> Body(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(Problems.UnsupportedMediaType("Send the query as application/json, or an image as multipart/form-data.", "unsupported_media_type"));
        try
        {
            return await request.ReadFromJsonAsync<NeighbourRequest>(cancellationToken) ?? throw new BadHttpRequestException("The body is empty.");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The body cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }

    private static T Field<T>(UploadForm form, string name, T absent, Func<string, T> parse, FieldErrors errors)
    {
        if (!form.Fields.TryGetValue(name, out var text) || text.Length == 0) return absent;
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException or JsonException)
        {
            errors.Add(name, $"{name} is '{Problems.Shown(text)}', which cannot be read.");
            return absent;
        }
    }
}
