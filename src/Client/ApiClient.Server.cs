using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    public Task<Page<Evaluation>> ListEvaluationsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<Evaluation>(ApiRoutes.Evaluations, query, cancellationToken);

    public Task<Evaluation> GetEvaluationAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Evaluation>(ApiRoutes.Evaluation(id), cancellationToken);

    public Task<Evaluation> CreateEvaluationAsync(CreateEvaluation body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateEvaluation, Evaluation>(ApiRoutes.Evaluations, body, cancellationToken);

    public Task DeleteEvaluationAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Evaluation(id)), cancellationToken);

    public Task<Page<Job>> ListJobsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<Job>(ApiRoutes.Jobs, query, cancellationToken);

    public Task<Job> GetJobAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Job>(ApiRoutes.Job(id), cancellationToken);

    public Task CancelJobAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Job(id)), cancellationToken);

    /// <summary>How far the built-in demo is.</summary>
    public Task<DemoStatus> GetDemoAsync(CancellationToken cancellationToken = default) =>
        GetAsync<DemoStatus>(ApiRoutes.Demo, cancellationToken);

    /// <summary>Starts the built-in demo; while it runs, the same one is returned.</summary>
    public Task<DemoStatus> StartDemoAsync(CancellationToken cancellationToken = default) =>
        SendAsync<DemoStatus>(new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Demo), cancellationToken);

    /// <summary>Exchanges the server's key for a cookie of this browser; 401 when it is not the key.</summary>
    public Task SignInAsync(string key, CancellationToken cancellationToken = default) =>
        SendAsync(Request(HttpMethod.Post, ApiRoutes.Session, new SignIn(key)), cancellationToken);

    public Task<SystemInfo> GetSystemAsync(CancellationToken cancellationToken = default) =>
        GetAsync<SystemInfo>(ApiRoutes.System, cancellationToken);
}
