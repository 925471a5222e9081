using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    /// <summary>Reports, without their figures.</summary>
    public Task<Page<Explanation>> ListExplanationsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<Explanation>(ApiRoutes.Explanations, query, cancellationToken);

    public Task<Explanation> GetExplanationAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Explanation>(ApiRoutes.Explanation(id), cancellationToken);

    /// <summary>Makes a report, or returns the one that was made of the same model, images, options and seed.</summary>
    public Task<Explanation> CreateExplanationAsync(CreateExplanation body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateExplanation, Explanation>(ApiRoutes.Explanations, body, cancellationToken);

    public Task DeleteExplanationAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Explanation(id)), cancellationToken);
}
