using System.Globalization;
using Microsoft.OpenApi;
using PatchSsl.Client.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PatchSsl.Api.OpenApi;

/// <summary>Documents every failure of an operation as problem+json: those it names itself, and those its shape makes possible.</summary>
public sealed class FailureDocs : IOperationFilter
{
    private static readonly SortedDictionary<int, string> Meanings = new()
    {
        [400] = "The request is malformed.",
        [401] = "A key is needed, or the one sent is wrong.",
        [403] = "Pages of another site may not do this.",
        [404] = "There is no such thing.",
        [406] = "None of the formats in Accept can be made.",
        [409] = "The state does not allow it, for example because it is still being built; then Retry-After says when to come back.",
        [412] = "It was changed meanwhile.",
        [413] = "Too large: the body, the batch or an image; the detail names the limit.",
        [415] = "Not a format taken here.",
        [422] = "Understood, but unusable: errors names every field that is wrong.",
        [429] = "This caller asks too often; Retry-After says when to come back.",
        [500] = "The server failed; its log holds the details under the traceId.",
        [503] = "Busy or starting; Retry-After says when to come back.",
        [507] = "The disk is full.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var (method, path) = (context.ApiDescription.HttpMethod, context.ApiDescription.RelativePath ?? "");
        operation.Responses ??= [];
        foreach (var status in Possible(method, path, operation)) operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse());
        foreach (var (code, response) in operation.Responses)
        {
            if (response is not OpenApiResponse mine || !int.TryParse(code, CultureInfo.InvariantCulture, out var status) || status < 400) continue;
            mine.Description = Meanings.GetValueOrDefault(status, "It failed.");
            mine.Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType
                {
                    Schema = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository),
                },
            };
            if (status is 429 or 503) mine.Headers = RetryAfter();
        }
    }

    private static IEnumerable<int> Possible(string? method, string path, OpenApiOperation operation)
    {
        if (path.StartsWith("health", StringComparison.Ordinal)) return [503];
        List<int> possible = [401, 429, 500];
        if (operation.Parameters?.Any(p => p.In == ParameterLocation.Query) == true || operation.RequestBody is not null) possible.Add(400);
        if (path.Contains('{')) possible.Add(404);
        if (method is "POST" or "PATCH" or "DELETE") possible.Add(403);
        if (operation.RequestBody is not null) possible.AddRange([413, 415, 422]);
        return possible;
    }

    private static Dictionary<string, IOpenApiHeader> RetryAfter() => new()
    {
        ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
    };
}
