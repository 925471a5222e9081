using System.Globalization;
using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>What to compute of each image.</summary>
/// <param name="Model">Id of a model, or of a run for its newest checkpoint.</param>
/// <param name="Patches"><c>grid:n</c> with n a square number from 1 to 256, or <c>whole</c>.</param>
/// <param name="Normalize">Scale every vector to unit length.</param>
/// <param name="Base64">Vectors as base64 of little-endian float32: a third of the size of JSON numbers.</param>
public sealed record EmbeddingRequest(
    string Model, VectorKind Vectors = VectorKind.Embedding, string Patches = "grid:16", EmbeddingOutput Output = EmbeddingOutput.Bag,
    bool Normalize = true, bool Base64 = true);

public sealed partial class ApiClient
{
    /// <summary>Embeds images; those that cannot be used are listed in the answer, and only if none can is the request refused (422).</summary>
    public Task<EmbeddingResult> EmbedAsync(
        IReadOnlyList<UploadFile> files, EmbeddingRequest request, CancellationToken cancellationToken = default)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files) form.Add(file.ToContent(), "files", file.Name);
        return SendAsync<EmbeddingResult>(new HttpRequestMessage(HttpMethod.Post, EmbeddingRoute(request)) { Content = form }, cancellationToken);
    }

    /// <summary>Address that <see cref="EmbedAsync"/> posts to, for examples shown to people.</summary>
    public static string EmbeddingRoute(EmbeddingRequest request) => ApiRoutes.WithQuery(ApiRoutes.Embeddings,
        ("model", request.Model), ("vectors", Text(request.Vectors)), ("patches", request.Patches), ("output", Text(request.Output)),
        ("normalize", request.Normalize ? "true" : "false"), ("encoding", request.Base64 ? "base64" : null));

    public Task<Page<PatchIndex>> ListIndexesAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<PatchIndex>(ApiRoutes.Indexes, query, cancellationToken);

    public Task<PatchIndex> GetIndexAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<PatchIndex>(ApiRoutes.Index(id), cancellationToken);

    public Task<PatchIndex> CreateIndexAsync(CreateIndex body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateIndex, PatchIndex>(ApiRoutes.Indexes, body, cancellationToken);

    public Task DeleteIndexAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Index(id)), cancellationToken);

    public Task<NeighbourResult> FindNeighboursAsync(string indexId, NeighbourRequest body, CancellationToken cancellationToken = default) =>
        PostAsync<NeighbourRequest, NeighbourResult>(ApiRoutes.Neighbours(indexId), body, cancellationToken);

    /// <summary>Neighbours of a part of an image that is not in the index.</summary>
    /// <param name="box">Part of the upright image; null for all of it.</param>
    /// <param name="options">Everything but the query, which the file replaces, and its own image, which it has not.</param>
    public Task<NeighbourResult> FindNeighboursAsync(
        string indexId, UploadFile file, Box? box, NeighbourRequest options, CancellationToken cancellationToken = default)
    {
        var form = QueryForm(file, box);
        void Add(string name, string? value)
        {
            if (value is not null) form.Add(new StringContent(value), name);
        }
        Add("k", options.K.ToString(CultureInfo.InvariantCulture));
        Add("onePerImage", options.OnePerImage ? "true" : null);
        Add("minScore", options.MinScore is { } least ? ApiRoutes.Number(least) : null);
        Add("maxScore", options.MaxScore is { } most ? ApiRoutes.Number(most) : null);
        Add("order", Text(options.Order));
        Add("classes", Names(options.Filter?.Classes));
        Add("datasetIds", Names(options.Filter?.DatasetIds));
        return SendAsync<NeighbourResult>(
            new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Neighbours(indexId)) { Content = form }, cancellationToken);
    }

    public Task<NeighbourBatchResult> FindNeighboursAsync(
        string indexId, NeighbourBatchRequest body, CancellationToken cancellationToken = default) =>
        PostAsync<NeighbourBatchRequest, NeighbourBatchResult>(ApiRoutes.NeighbourBatch(indexId), body, cancellationToken);

    /// <summary>Scores every grid patch of an image against one query.</summary>
    public Task<SimilarityMap> GetSimilarityAsync(string indexId, SimilarityRequest body, CancellationToken cancellationToken = default) =>
        PostAsync<SimilarityRequest, SimilarityMap>(ApiRoutes.Similarity(indexId), body, cancellationToken);

    /// <summary>Patches of an index as points of a plane.</summary>
    public Task<PatchMap> GetMapAsync(string indexId, MapRequest request, CancellationToken cancellationToken = default) =>
        GetAsync<PatchMap>(ApiRoutes.IndexMap(indexId, request, base64: true), cancellationToken);

    /// <summary>What some rows of an index are.</summary>
    /// <param name="rows">1 to 200.</param>
    public async Task<IReadOnlyList<PatchItem>> GetPatchesAsync(string indexId, IEnumerable<long> rows, CancellationToken cancellationToken = default) =>
        (await GetAsync<PatchItems>(ApiRoutes.WithQuery(ApiRoutes.IndexPatches(indexId),
            ("rows", string.Join(',', rows.Select(r => ApiRoutes.Whole(r))))), cancellationToken)).Items;

    /// <summary>Scores every grid patch of an image against a part of an uploaded one.</summary>
    /// <param name="box">Part of the upright image; null for all of it.</param>
    /// <param name="imageId">The stored image to score; null for the uploaded one itself.</param>
    public Task<SimilarityMap> GetSimilarityAsync(
        string indexId, UploadFile file, Box? box, string? imageId = null, CancellationToken cancellationToken = default)
    {
        var form = QueryForm(file, box);
        if (imageId is not null) form.Add(new StringContent(imageId), "imageId");
        return SendAsync<SimilarityMap>(new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Similarity(indexId)) { Content = form }, cancellationToken);
    }

    private static MultipartFormDataContent QueryForm(UploadFile file, Box? box)
    {
        var form = new MultipartFormDataContent { { file.ToContent(), "file", file.Name } };
        if (box is not null) form.Add(new StringContent(JsonSerializer.Serialize(box, ClientJson.TypeOf<Box>())), "box");
        return form;
    }

    /// <summary>As a JSON array, so that a name may hold a comma; null for none.</summary>
    private static string? Names(IReadOnlyList<string>? names) =>
        names is { Count: > 0 } ? JsonSerializer.Serialize([.. names], ClientJson.TypeOf<string[]>()) : null;

    private static string Text<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
