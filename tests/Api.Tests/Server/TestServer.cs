using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Server;

/// <summary>The real server on Kestrel and a free port, with a real database and real workers, in a temporary data directory.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>Longer than anything here takes, so that a hang fails rather than blocks.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, string?> _settings;
    private WebApplicationFactory<Program> _factory;

    public TestServer(params (string Name, string Value)[] settings)
    {
        _settings = settings.ToDictionary(s => s.Name, s => (string?)s.Value);
        _settings.TryAdd("Torch:Device", "cpu");
        _settings.TryAdd("Torch:Precision", "float32");
        _settings.TryAdd("Torch:Threads", "1"); // tests run beside each other on every core
        _factory = Start();
        Http = _factory.CreateClient();
        Api = new ApiClient(Http);
    }

    public string Data { get; } = Directory.CreateTempSubdirectory("patchssl-api-").FullName;
    public HttpClient Http { get; private set; }
    public ApiClient Api { get; private set; }
    public IServiceProvider Services => _factory.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private WebApplicationFactory<Program> Start()
    {
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseEnvironment("Production").UseSetting("urls", "http://127.0.0.1:0").UseSetting("Data:Path", Data);
            web.UseSetting("Logging:LogLevel:Default", "Warning").UseSetting("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning");
            foreach (var (name, value) in _settings) web.UseSetting(name, value);
        });
        factory.UseKestrel(0);
        factory.StartServer();
        return factory;
    }

    /// <summary>Ends the server as Ctrl+C does, and starts another on the same data directory.</summary>
    public async Task RestartAsync(Func<PatchSslContext, Task>? between = null)
    {
        await _factory.DisposeAsync();
        if (between is not null)
        {
            await using var db = new PatchSslContext(new DbContextOptionsBuilder<PatchSslContext>()
                .UseSqlite(DatabaseStart.ConnectionString(Path.Combine(Data, "patchssl.db"))).Options);
            await between(db);
        }
        _factory = Start();
        Http = _factory.CreateClient();
        Api = new ApiClient(Http);
    }

    public async Task<T> WithDatabaseAsync<T>(Func<PatchSslContext, Task<T>> use)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<PatchSslContext>>().CreateDbContextAsync(Cancel);
        return await use(db);
    }

    /// <summary>Looks again whenever a job has changed or what follows from one was done, until what is looked at is as wanted.</summary>
    public async Task<T> WaitAsync<T>(Func<Task<T>> look, Predicate<T> wanted)
    {
        var changes = Services.GetRequiredService<JobChanges>();
        using var changed = new SemaphoreSlim(1);
        var followers = Services.GetServices<IHostedService>().OfType<JobFollower>().ToList();
        void OnChanged(JobKind kind, string resource) => changed.Release();
        void OnTurned() => changed.Release();
        followers.ForEach(f => f.Turned += OnTurned);
        changes.Changed += OnChanged;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                await changed.WaitAsync(patience.Token);
                var value = await look();
                if (wanted(value)) return value;
            }
        }
        finally
        {
            changes.Changed -= OnChanged;
            followers.ForEach(f => f.Turned -= OnTurned);
        }
    }

    /// <summary>Imports generated images and waits for them.</summary>
    public async Task<Dataset> DatasetAsync(int images = 24, int size = 32, string name = "Scenes")
    {
        var made = await Api.CreateDatasetAsync(new CreateDataset(name, new DatasetSource(SourceKind.Generated, Images: images, Size: size, Seed: 1)), Cancel);
        return await EndedAsync(made);
    }

    public Task<Dataset> EndedAsync(Dataset dataset) =>
        WaitAsync(() => Api.GetDatasetAsync(dataset.Id, Cancel), d => d.State is ResourceState.Ready or ResourceState.Failed);

    /// <summary>Sends JSON text as it is, and reads the problem it is answered with.</summary>
    public async Task<Problem> RefusedAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request, Cancel);
        return await ProblemAsync(response);
    }

    /// <summary>What every failure has in common, checked; and the problem itself.</summary>
    public static async Task<Problem> ProblemAsync(HttpResponseMessage response)
    {
        Assert.False(response.IsSuccessStatusCode, $"expected a failure, got {(int)response.StatusCode}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<Problem>(ClientJson.Options, Cancel))!;
        Assert.Equal((int)response.StatusCode, problem.Status);
        Assert.StartsWith("urn:patchssl:", problem.Type, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title));
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
        Assert.False(string.IsNullOrWhiteSpace(problem.TraceId));
        Assert.DoesNotMatch(@" at \w|\.cs:line|System\.|Microsoft\.|SQLite Error", JsonSerializer.Serialize(problem));
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}
