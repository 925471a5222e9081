using System.Net.Http.Headers;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    public Task<Page<Recipe>> ListRecipesAsync(CancellationToken cancellationToken = default) =>
        GetAsync<Page<Recipe>>(ApiRoutes.Recipes, cancellationToken);

    public Task<Page<RunSummary>> ListRunsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<RunSummary>(ApiRoutes.Runs, query, cancellationToken);

    public Task<RunDetail> GetRunAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<RunDetail>(ApiRoutes.Run(id), cancellationToken);

    /// <summary>Queues a run; an unusable recipe is refused with 422 and every error at once in <see cref="Problem.Errors"/>.</summary>
    public Task<RunDetail> CreateRunAsync(CreateRun body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateRun, RunDetail>(ApiRoutes.Runs, body, cancellationToken);

    /// <param name="etag"><see cref="RunDetail.ETag"/> of the version the change is based on (412 when it is stale); null to overwrite.</param>
    public Task<RunDetail> UpdateRunAsync(string id, UpdateRun body, string? etag = null, CancellationToken cancellationToken = default)
    {
        var request = Request(HttpMethod.Patch, ApiRoutes.Run(id), body);
        if (etag is not null && EntityTagHeaderValue.TryParse(etag.Contains('"') ? etag : $"\"{etag}\"", out var tag)) request.Headers.IfMatch.Add(tag);
        return SendAsync<RunDetail>(request, cancellationToken);
    }

    public Task DeleteRunAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Run(id)), cancellationToken);

    /// <summary>Asks a run to checkpoint and stop; asking twice is fine.</summary>
    public Task StopRunAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{ApiRoutes.Run(id)}/stop"), cancellationToken);

    /// <summary>Queues a stopped, failed or interrupted run to go on from its newest checkpoint.</summary>
    public Task ResumeRunAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{ApiRoutes.Run(id)}/resume"), cancellationToken);

    /// <summary>Queues a new run with the same dataset and recipe.</summary>
    public Task<RunDetail> CloneRunAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync<RunDetail>(new HttpRequestMessage(HttpMethod.Post, $"{ApiRoutes.Run(id)}/clone"), cancellationToken);

    /// <param name="names">Metrics wanted; null for all.</param>
    /// <param name="from">First step wanted.</param>
    /// <param name="to">Last step wanted.</param>
    /// <param name="maxPoints">Buckets a curve, at most.</param>
    /// <param name="afterSeq">Only points after this sequence number.</param>
    public Task<RunMetrics> GetMetricsAsync(
        string runId, IReadOnlyCollection<string>? names = null, long? from = null, long? to = null, int? maxPoints = null, long? afterSeq = null,
        CancellationToken cancellationToken = default) =>
        GetAsync<RunMetrics>(ApiRoutes.WithQuery(ApiRoutes.RunMetrics(runId),
            ("names", names is null ? null : string.Join(',', names)), ("from", ApiRoutes.Whole(from)), ("to", ApiRoutes.Whole(to)),
            ("maxPoints", ApiRoutes.Whole(maxPoints)), ("afterSeq", ApiRoutes.Whole(afterSeq))), cancellationToken);

    /// <param name="vectors">One of embedding and projection; null for both.</param>
    /// <param name="count">Steps of each, 1 to 64, evenly picked, the newest one always; 12 by default.</param>
    public Task<RunSpectra> GetSpectraAsync(string runId, VectorKind? vectors = null, int? count = null, CancellationToken cancellationToken = default) =>
        GetAsync<RunSpectra>(ApiRoutes.WithQuery(ApiRoutes.RunSpectrum(runId),
            ("vectors", vectors?.ToString().ToLowerInvariant()), ("count", ApiRoutes.Whole(count))), cancellationToken);

    public Task<Page<Checkpoint>> ListCheckpointsAsync(string runId, CancellationToken cancellationToken = default) =>
        GetAsync<Page<Checkpoint>>(ApiRoutes.RunCheckpoints(runId), cancellationToken);

    /// <param name="after"><see cref="LogLine.Seq"/> of the last line already known.</param>
    public Task<Page<LogLine>> GetLogAsync(string runId, long? after = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<LogLine>>(ApiRoutes.WithQuery(ApiRoutes.RunLog(runId), ("after", ApiRoutes.Whole(after))), cancellationToken);
}
