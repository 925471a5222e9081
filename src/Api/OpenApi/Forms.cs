using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using PatchSsl.Client.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PatchSsl.Api.OpenApi;

/// <summary>Describes the forms of uploads, so that "Try it out" offers a file chooser, and the words that a query parameter allows.</summary>
public sealed class Forms : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var form = operation.OperationId switch
        {
            "embedImages" => Form(["files"],
                ("files", new OpenApiSchema { Type = JsonSchemaType.Array, Items = File(), Description = "One or more images." }),
                ("boxes", Text("With patches=boxes: JSON, [{x,y,width,height}, …] for every image or one such list an image."))),
            "findNeighbours" => Form(["file"],
                ("file", File()),
                ("box", Text("Part of the upright image as JSON, {x,y,width,height}; the whole image when absent.")),
                ("k", new OpenApiSchema { Type = JsonSchemaType.Integer, Default = 20, Minimum = "1", Maximum = "1000" }),
                ("onePerImage", new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false }),
                ("minScore", new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "-1", Maximum = "1" }),
                ("maxScore", new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "-1", Maximum = "1" }),
                ("order", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["nearest", "farthest"], Default = "nearest" }),
                ("classes", Text("Keep only these classes, separated by commas, or as a JSON array.")),
                ("datasetIds", Text("Keep only these datasets, likewise."))),
            "getSimilarity" => Form(["file"],
                ("file", File()),
                ("box", Text("Part of the upright image as JSON, {x,y,width,height}; the whole image when absent.")),
                ("imageId", Text("The stored image to score; the uploaded one itself when absent."))),
            "uploadDataset" => Form(["name", "file"],
                ("name", Text("1 to 200 characters.")), ("file", File()),
                ("storageSize", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "16", Maximum = "2048", Default = 256 })),
            "importModel" => Form(["name", "file"],
                ("name", Text("1 to 200 characters.")), ("file", File()),
                ("inputSize", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "8", Maximum = "512", Description = "Side in pixels of its patches. Absent: 224 for the ImageNet stem, 32 for CIFAR's." }),
                ("patchScale", new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0.001", Maximum = "1", Default = .25, Description = "Share of an image's area that a patch covers." }),
                ("mean", Text("Subtracted from the pixels (0 to 1): one number, or three separated by commas. Absent: 0.485,0.456,0.406 for the ImageNet stem, 0.5 for CIFAR's.")),
                ("deviation", Text("Divides them then, likewise. Absent: 0.229,0.224,0.225 for the ImageNet stem, 0.5 for CIFAR's."))),
            _ => null,
        };
        if (form is not null)
        {
            Dictionary<string, OpenApiMediaType> content = new() { ["multipart/form-data"] = new OpenApiMediaType { Schema = form } };
            if (operation.OperationId switch { "findNeighbours" => typeof(NeighbourRequest), "getSimilarity" => typeof(SimilarityRequest), _ => null } is { } body)
            {
                var json = context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository);
                content = new() { ["application/json"] = new OpenApiMediaType { Schema = json }, ["multipart/form-data"] = content["multipart/form-data"] };
            }
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        }
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        foreach (var (type, content) in operation.Responses?.Values.SelectMany(r => r.Content ?? Enumerable.Empty<KeyValuePair<string, OpenApiMediaType>>()) ?? [])
        {
            if (!type.EndsWith("json", StringComparison.Ordinal)) content.Schema = type.StartsWith("text/", StringComparison.Ordinal) ? Text("Plain text.") : File();
        }
        foreach (var parameter in context.ApiDescription.ParameterDescriptions)
        {
            if (parameter.ParameterDescriptor is null || Allowed(parameter.ModelMetadata?.ContainerType, parameter.ModelMetadata?.PropertyName) is not { } allowed) continue;
            if (operation.Parameters?.FirstOrDefault(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase))?.Schema is OpenApiSchema schema) schema.Enum = [.. allowed];
        }
    }

    private static IEnumerable<JsonNode>? Allowed(Type? container, string? property) =>
        property is null ? null : container?.GetProperty(property)?.GetCustomAttribute<AllowedValuesAttribute>()?.Values.Select(v => (JsonNode)JsonValue.Create((string)v!));

    private static OpenApiSchema Form(string[] required, params (string Name, IOpenApiSchema Schema)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Required = required.ToHashSet(),
        Properties = fields.ToDictionary(f => f.Name, f => f.Schema),
    };

    private static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
