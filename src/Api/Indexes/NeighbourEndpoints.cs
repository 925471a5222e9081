using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Indexes;

/// <summary>Questions to an index.</summary>
public static class NeighbourEndpoints
{
    private const int MostRequests = 64;

    public static void MapNeighbours(this RouteGroupBuilder group)
    {
        group.MapPost("/{id}/neighbours", Find).WithName("findNeighbours").WithSummary("Patches nearest to (or farthest from) a patch, a box, a vector or an uploaded image")
            .WithDescription(
                "As JSON, or as a form with an image in `file` and optional fields `box` (JSON), `k`, `onePerImage`, `minScore`, `maxScore`, `order`, and `classes` " +
                "and `datasetIds` (separated by commas, or a JSON array). `order=farthest` gives the least similar patches, under the same filters and as exact.")
            .Produces<NeighbourResult>().Searches()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).DisableAntiforgery();
        group.MapPost("/{id}/neighbours/batch", FindMany).WithName("findNeighboursBatch").WithSummary("Up to 64 searches of one index in one pass").Searches();
    }

    public static async Task<Ok<NeighbourResult>> Find(string id, HttpRequest request, NeighbourSearch search, LimitsOptions limits, CancellationToken cancellationToken)
    {
        if (!SmallForm.IsMultipart(request))
            return TypedResults.Ok((await search.FindAsync(id, [await request.SearchBodyAsync<NeighbourRequest>(cancellationToken)], _ => "", cancellationToken))[0]);
        var query = await UploadedQuery.ReadAsync(request, limits, cancellationToken);
        return TypedResults.Ok(await search.FindAsync(id, query.File, query.Box, query.Search(), cancellationToken));
    }

    public static async Task<Ok<NeighbourBatchResult>> FindMany(
        string id, NeighbourBatchRequest body, NeighbourSearch search, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (body.Requests.Count is < 1 or > MostRequests) errors.Add("requests", $"requests has {body.Requests.Count} searches: allowed is 1 to {MostRequests}.");
        errors.Throw();
        return TypedResults.Ok(new NeighbourBatchResult(await search.FindAsync(id, body.Requests, i => $"requests[{i}].", cancellationToken)));
    }

    internal static RouteHandlerBuilder Searches(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>The JSON body of a question that may come as a form instead, so that the framework cannot read it.</summary>
    /// <exception cref="ProblemException">415: it is something else.</exception>
    /// <exception cref="BadHttpRequestException">It cannot be read (400).</exception>
    internal static async Task<T> SearchBodyAsync<T>(this HttpRequest request, CancellationToken cancellationToken) where T : class
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(Problems.UnsupportedMediaType("Send the query as application/json, or an image as multipart/form-data.", "unsupported_media_type"));
        try
        {
            return await request.ReadFromJsonAsync<T>(cancellationToken) ?? throw new BadHttpRequestException("The body is empty.");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The body cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }
}
