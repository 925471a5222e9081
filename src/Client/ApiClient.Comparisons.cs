using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    public Task<Page<ComparisonSummary>> ListComparisonsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<ComparisonSummary>(ApiRoutes.Comparisons, query, cancellationToken);

    public Task<Comparison> GetComparisonAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Comparison>(ApiRoutes.Comparison(id), cancellationToken);

    /// <summary>Trains recipes one after the other and evaluates them alike; what is unusable is refused with 422 and every error at once.</summary>
    public Task<Comparison> CreateComparisonAsync(CreateComparison body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateComparison, Comparison>(ApiRoutes.Comparisons, body, cancellationToken);

    /// <summary>Stops what is under way and starts nothing more; what has been trained and evaluated stays.</summary>
    public Task<Comparison> CancelComparisonAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync<Comparison>(new HttpRequestMessage(HttpMethod.Post, $"{ApiRoutes.Comparison(id)}/cancel"), cancellationToken);

    /// <summary>Deletes the table; its runs and evaluations stay. Refused with 409 while it is under way.</summary>
    public Task DeleteComparisonAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Comparison(id)), cancellationToken);
}
