namespace PatchSsl.EndToEnd.Tests;

/// <summary>A server that nobody asked for vectors stays small.</summary>
public sealed class IdleServer(ServerProcess server) : IClassFixture<ServerProcess>
{
    [Fact]
    public async Task A_fresh_server_loads_no_libtorch_for_pages_and_lists()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (var address in new[]
        {
            "/health/live", "/health/ready", "/", "/app.css", "/_framework/blazor.webassembly.js", "/api/v1/runs", "/api/v1/datasets", "/api/v1/models",
            "/api/v1/indexes", "/api/v1/evaluations", "/api/v1/explanations", "/api/v1/jobs", "/api/v1/recipes", "/api/v1/system", "/metrics", "/swagger/v1/swagger.json",
        })
        {
            using var response = await http.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{address} answered {(int)response.StatusCode}.");
        }
        Assert.DoesNotContain(await server.MappedFilesAsync(), file => file.Contains("torch_cpu") || file.Contains("LibTorchSharp") || file.Contains("libvips"));
    }
}
