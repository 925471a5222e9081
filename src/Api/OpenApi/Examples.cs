using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PatchSsl.Api.OpenApi;

/// <summary>Puts an example that runs into every operation: bodies by operation id, ids in paths by the resource they belong to.</summary>
public sealed class Examples(LiveIds ids) : IDocumentAsyncFilter
{
    /// <summary>A PNG of one grey pixel.</summary>
    private const string Pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNsaGj4DwAFhAKAjM1mJgAAAABJRU5ErkJggg==";

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["signIn"] = """{"key":"the server's Access:ApiKey"}""",
        ["createDataset"] = """{"name":"Scenes","source":{"kind":"generated","images":500,"size":64,"seed":1}}""",
        ["updateDataset"] = """{"name":"Scenes, renamed"}""",
        ["updateModel"] = """{"name":"ResNet-18, ImageNet"}""",
        ["createRun"] = """{"name":"First try","datasetId":"{dataset}","recipe":"quick","seed":1}""",
        ["updateRun"] = """{"note":"Looks good","tags":["first"]}""",
        ["createIndex"] = """{"datasetId":"{dataset}","model":"{model}","vectors":"embedding","patches":"grid:16","storage":"int8"}""",
        ["createEvaluation"] = """{"model":"{model}","datasetId":"{dataset}","kind":"sweep","sweep":{"vectors":["embedding"],"patches":["grid:1","grid:4","grid:16"]},"seed":0}""",
        ["createExplanation"] = """{"kind":"spectrum","model":"{model}","datasetId":"{dataset}","seed":0,"options":{"spectrum":{"patches":256}}}""",
        ["createComparison"] = """{"name":"Bag table","datasetId":"{dataset}","recipes":["bag-vicreg","vicreg-multi-scale"],"overrides":{"width":0.25},"budget":{"minutes":5},"seed":0}""",
        ["runClosedForm"] = """{"preset":"ring","symbols":16,"dimension":9,"steps":300,"seed":0}""",
        ["findNeighbours"] = """{"query":{"patchId":"{patch}"},"k":10,"excludeSameImage":true}""",
        ["findNeighboursBatch"] = """{"requests":[{"query":{"patchId":"{patch}"},"k":5},{"query":{"imageId":"{image}"},"k":5,"onePerImage":true}]}""",
        ["getSimilarity"] = """{"query":{"patchId":"{patch}"},"imageId":"{image}"}""",
        ["embedOpenAi"] = $$"""{"model":"{model}","input":["data:image/png;base64,{{Pixel}}"],"encoding_format":"float"}""",
    };

    private static readonly (string Prefix, string Placeholder)[] PathIds =
    [
        ("datasets", "{dataset}"), ("images", "{image}"), ("runs", "{run}"), ("checkpoints", "{model}"), ("models", "{model}"),
        ("indexes", "{index}"), ("evaluations", "{evaluation}"), ("explanations", "{explanation}"), ("comparisons", "{comparison}"), ("jobs", "{job}"),
    ];

    public async Task ApplyAsync(OpenApiDocument document, DocumentFilterContext context, CancellationToken cancellationToken)
    {
        var live = await ids.NewestAsync(cancellationToken);
        string Fill(string text) => live.Aggregate(text, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
        foreach (var (path, item) in document.Paths)
        {
            foreach (var operation in item.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            {
                if (operation.OperationId is { } id && Bodies.TryGetValue(id, out var body)
                    && operation.RequestBody?.Content?.TryGetValue("application/json", out var json) == true)
                {
                    json.Example = JsonNode.Parse(Fill(body));
                }
                foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
                {
                    var placeholder = parameter.In == ParameterLocation.Path ? PathIds.FirstOrDefault(p => path.Contains($"/{p.Prefix}/")).Placeholder
                        : parameter.Name == "model" ? "{model}" : null;
                    if (placeholder is not null) parameter.Example = Fill(placeholder);
                }
            }
        }
    }
}
