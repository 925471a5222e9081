using System.Text.Json;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>Tests of pages, which only read, on one server and in one browser.</summary>
[CollectionDefinition(Name)]
public sealed class PageTests : ICollectionFixture<SeededServer>, ICollectionFixture<Browser>
{
    public const string Name = "pages";
}

/// <summary>A server with something on every page: pictures that are not square, a short run, its evaluation, indexes and reports.</summary>
public sealed class SeededServer : IAsyncLifetime
{
    private readonly ServerProcess _server = new();

    /// <summary>Steps that the run takes.</summary>
    public const int Steps = 6;

    public Uri Address => _server.Address;
    public string Output => _server.Output;
    public Dataset Dataset { get; private set; } = null!;
    public RunSummary Run { get; private set; } = null!;

    /// <summary>kNN on the pictures of test, with both baselines.</summary>
    public Evaluation Evaluation { get; private set; } = null!;

    /// <summary>An index of the embedding; beside it stand one of the projection, and both before training.</summary>
    public PatchIndex Embedding { get; private set; } = null!;

    /// <summary>The report on locality of that model and dataset.</summary>
    public Explanation Locality { get; private set; } = null!;

    /// <summary>Of 1, 4 and 16 patches.</summary>
    public Explanation Convergence { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        using var http = new HttpClient { BaseAddress = Address };
        var api = new ApiClient(http);

        using var pictures = Pictures.Zip();
        var uploaded = await api.UploadDatasetAsync("Oblong pictures", new UploadFile("pictures.zip", pictures));
        Dataset = await ReadyAsync(() => api.GetDatasetAsync(uploaded.Id), d => d.State, d => d.Error);

        var made = await api.CreateRunAsync(new CreateRun("Short run", Dataset.Id, "quick", Overrides(), Seed: 5));
        Run = await UntilAsync(async () => (RunSummary)await api.GetRunAsync(made.Id), r => r.State is not (JobState.Queued or JobState.Running));
        Assert.True(Run.State == JobState.Completed, Run.Error + Environment.NewLine + Output);

        var asked = await api.CreateEvaluationAsync(new CreateEvaluation(Run.Id, Dataset.Id, Patches: "grid:4"));
        var options = new ExplanationOptions { Convergence = new ConvergenceOptions(Images: 12, Patches: [1, 4, 16]) };
        var report = await api.CreateExplanationAsync(new CreateExplanation(Run.Id, Dataset.Id, ExplanationKind.Convergence, Options: options));
        var near = new ExplanationOptions { Locality = new LocalityOptions(Images: 30, Queries: 20, Neighbours: 5, Patches: "grid:4", Examples: 0) };
        var locality = await api.CreateExplanationAsync(new CreateExplanation(Run.Id, Dataset.Id, ExplanationKind.Locality, Options: near));
        List<PatchIndex> indexes = [];
        foreach (var untrained in new[] { false, true })
            foreach (var vectors in new[] { VectorKind.Embedding, VectorKind.Projection })
                indexes.Add(await api.CreateIndexAsync(new CreateIndex(Dataset.Id, Run.Id, vectors, "grid:4", Untrained: untrained)));
        foreach (var index in indexes) await ReadyAsync(() => api.GetIndexAsync(index.Id), i => i.State, i => i.Error);
        Embedding = await api.GetIndexAsync(indexes[0].Id);
        Locality = await ReadyAsync(() => api.GetExplanationAsync(locality.Id), e => e.State, e => e.Error);
        Evaluation = await ReadyAsync(() => api.GetEvaluationAsync(asked.Id), e => e.State, e => e.Error);
        Convergence = await ReadyAsync(() => api.GetExplanationAsync(report.Id), e => e.State, e => e.Error);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The fewest steps of the smallest network that leave curves, spectra and a checkpoint.</summary>
    private static Dictionary<string, JsonElement> Overrides() => new Dictionary<string, object>
    {
        ["width"] = .25, ["views"] = 2, ["batchImages"] = 8, ["maxSteps"] = Steps, ["epochs"] = 2, ["projectorHidden"] = 32, ["projectionDim"] = 16,
        ["metricsEvery"] = 1, ["diagnosticsEvery"] = 2, ["knnEvery"] = 2,
    }.ToDictionary(f => f.Key, f => JsonSerializer.SerializeToElement(f.Value));

    private async Task<T> ReadyAsync<T>(Func<Task<T>> get, Func<T, ResourceState> state, Func<T, string?> error)
    {
        var found = await UntilAsync(get, r => state(r) is ResourceState.Ready or ResourceState.Failed);
        Assert.True(state(found) == ResourceState.Ready, error(found) + Environment.NewLine + Output);
        return found;
    }

    /// <summary>Asks again until it is so. A limit that only a hang meets.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> get, Func<T, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        T found;
        while (!isSo(found = await get())) await timer.WaitForNextTickAsync(limit.Token);
        return found;
    }
}
