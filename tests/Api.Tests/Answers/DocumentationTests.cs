using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class DocumentationTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_is_documented_with_id_summary_and_its_failures()
    {
        var document = await DocumentAsync();
        List<string> faults = [];
        var ids = new HashSet<string>();
        foreach (var (method, path) in Endpoints())
        {
            if (document["paths"]?[path]?[method] is not { } operation)
            {
                faults.Add($"{method} {path} is not documented");
                continue;
            }
            void Check(bool right, string what)
            {
                if (!right) faults.Add($"{method} {path}: {what}");
            }
            Check(operation["operationId"] is { } id && ids.Add((string)id!), "needs an operation id of its own");
            Check(!string.IsNullOrWhiteSpace((string?)operation["summary"]), "needs a summary");
            var failures = operation["responses"]!.AsObject().Where(r => int.Parse(r.Key) >= 400).ToList();
            Check(failures.Count > 0, "needs failures");
            foreach (var (status, response) in failures)
                Check((string?)response!["content"]?["application/problem+json"]?["schema"]?["$ref"] == "#/components/schemas/Problem", $"{status} is not problem+json");
            if (path.Contains('{')) Check(operation["responses"]!["404"] is not null, "takes an id and has no 404");
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                var name = (string)parameter!["name"]!;
                Check(char.IsLower(name[0]), $"parameter {name} is not camelCase");
                if ((string)parameter["in"]! == "path") Check(parameter["example"] is not null, $"parameter {name} has no example");
            }
            if (operation["requestBody"]?["content"]?["application/json"] is { } json) Check(json["example"] is not null, "its JSON body has no example");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Enums_are_words_and_uploads_choose_files()
    {
        var document = await DocumentAsync();
        Assert.Equal(["embedding", "hidden", "projection"], document["components"]!["schemas"]!["VectorKind"]!["enum"]!.AsArray().Select(v => (string)v!));
        var embed = document["paths"]!["/api/v1/embeddings"]!["post"]!;
        Assert.Equal("binary", (string?)embed["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["properties"]!["files"]!["items"]!["format"]);
        Assert.Equal("binary", (string?)embed["responses"]!["200"]!["content"]!["application/x-npy"]!["schema"]!["format"]);
        var neighbours = document["paths"]!["/api/v1/indexes/{id}/neighbours"]!["post"]!["requestBody"]!["content"]!;
        Assert.Equal("binary", (string?)neighbours["multipart/form-data"]!["schema"]!["properties"]!["file"]!["format"]);
        var similarity = document["paths"]!["/api/v1/indexes/{id}/similarity"]!["post"]!;
        Assert.Equal(["application/json", "application/x-npy", "image/png"], similarity["responses"]!["200"]!["content"]!.AsObject().Select(c => c.Key));
        Assert.Equal("binary", (string?)similarity["responses"]!["200"]!["content"]!["image/png"]!["schema"]!["format"]);
        Assert.Equal(["file", "box", "imageId"], similarity["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["properties"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["opacity", "scale", "outline"], similarity["parameters"]!.AsArray().Where(p => (string)p!["in"]! == "query").Select(p => (string)p!["name"]!));
        var upload = document["paths"]!["/api/v1/datasets/upload"]!["post"]!["requestBody"]!["content"]!["multipart/form-data"]!;
        Assert.Equal("binary", (string?)upload["schema"]!["properties"]!["file"]!["format"]);
        var import = document["paths"]!["/api/v1/models"]!["post"]!["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["properties"]!;
        Assert.Equal("binary", (string?)import["file"]!["format"]);
        Assert.Equal(["deviation", "file", "inputSize", "mean", "name", "patchScale"], import.AsObject().Select(p => p.Key).Order());
    }

    [Fact]
    public async Task Reading_examples_run_as_they_stand()
    {
        var document = await DocumentAsync();
        List<string> faults = [];
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            if (item!["get"] is not { } operation || path.Contains("/images/") && path.EndsWith("/patch")) continue;
            var address = path;
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                address = address.Replace($"{{{(string)parameter!["name"]!}}}", (string?)parameter["example"]);
            if (address.Contains("_example")) continue; // nothing of its kind exists yet
            using var response = await answers.Server.Http.GetAsync(address.TrimStart('/'), HttpCompletionOption.ResponseHeadersRead, Cancel);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NoContent)) faults.Add($"{address}: {(int)response.StatusCode}");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Search_examples_run_as_they_stand()
    {
        var document = await DocumentAsync();
        foreach (var path in new[] { "/api/v1/indexes/{id}/neighbours", "/api/v1/indexes/{id}/neighbours/batch", "/api/v1/indexes/{id}/similarity" })
        {
            var operation = document["paths"]![path]!["post"]!;
            var address = path.Replace("{id}", (string?)operation["parameters"]![0]!["example"]);
            var body = operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();
            foreach (var format in operation["responses"]!["200"]!["content"]!.AsObject().Select(c => c.Key))
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address.TrimStart('/')) { Content = new StringContent(body, null, "application/json") };
                request.Headers.Accept.ParseAdd(format);
                using var response = await answers.Server.Http.SendAsync(request, Cancel);
                Assert.True(response.IsSuccessStatusCode, $"{address}: {await response.Content.ReadAsStringAsync(Cancel)}");
                Assert.Equal(format, response.Content.Headers.ContentType?.MediaType);
            }
        }
    }

    [Fact]
    public async Task The_pages_are_served_from_our_own_files()
    {
        var page = await answers.Server.Http.GetStringAsync("swagger/index.html", Cancel);
        Assert.Contains("swagger-ui", page);
        Assert.DoesNotContain("//cdn", page);
        using var script = await answers.Server.Http.GetAsync("swagger/swagger-ui-bundle.js", Cancel);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
    }

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await answers.Server.Http.GetStringAsync("swagger/v1/swagger.json", Cancel))!;

    /// <summary>Method and path of every endpoint of the API, as they are routed.</summary>
    private IEnumerable<(string Method, string Path)> Endpoints() => answers.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText is { } text && (text.StartsWith("/api/", StringComparison.Ordinal) || text.StartsWith("/v1/", StringComparison.Ordinal)))
        .SelectMany(e => (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(m => (m.ToLowerInvariant(), e.RoutePattern.RawText!.TrimEnd('/'))));
}
