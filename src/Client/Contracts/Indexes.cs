using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>How an index keeps its vectors on disk: halves; or bytes, which a search reads first, with the halves that settle its answers behind them.</summary>
[JsonConverter(typeof(VectorStorageConverter))]
public enum VectorStorage { F16, Int8 }

/// <summary>Writes a storage as camelCase text. Text that is none is read as a value without a name, so that the API refuses it with the choices.</summary>
public sealed class VectorStorageConverter : JsonConverter<VectorStorage>
{
    public override VectorStorage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        var text = reader.GetString();
        foreach (var storage in Enum.GetValues<VectorStorage>())
        {
            if (string.Equals(text, Text(storage), StringComparison.OrdinalIgnoreCase)) return storage;
        }
        return (VectorStorage)(-1);
    }

    public override void Write(Utf8JsonWriter writer, VectorStorage value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    private static string Text(VectorStorage storage) => JsonNamingPolicy.CamelCase.ConvertName(storage.ToString());
}

/// <summary>The vectors of every grid patch of a dataset under one model, ready to be searched.</summary>
/// <param name="Patches">Grid, for example <c>grid:16</c>.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="RecallAt10">Share of the true ten nearest that a search finds, measured on a sample against float32; 1 is exact.</param>
public sealed record PatchIndex(
    string Id, string DatasetId, string DatasetName, string Model, string ModelName, VectorKind Vectors, string Patches, VectorStorage Storage,
    ResourceState State, long PatchCount, int Dim, long Bytes, double? RecallAt10, string? Error, string? JobId, Progress? Progress,
    DateTimeOffset CreatedAt)
{
    /// <summary>Run of the model; null where it was imported.</summary>
    public string? RunId { get; init; }

    /// <summary>The vectors are those of the model's run before its first step, kept to compare with; every checkpoint of a run has the same ones.</summary>
    public bool Untrained { get; init; }

    /// <summary>Average cosine of two patches of different images, over all such pairs: what scores are to be read against. Null until it is ready.</summary>
    public double? AverageCosine { get; init; }
}

/// <param name="Model">Id of a model, or of a run for its newest checkpoint.</param>
/// <param name="Patches"><c>grid:n</c> with n a square number from 1 to 256, or <c>whole</c>; default <c>grid:16</c>.</param>
/// <param name="Storage">f16 (2 bytes a value), or int8 (3 bytes a value, of which a search reads 1): faster where the index is large, with the same scores.</param>
/// <param name="Untrained">True for the vectors of the model's run before its first step, to see what training changed; not for imported models.</param>
public sealed record CreateIndex(
    string DatasetId, string Model, VectorKind Vectors = VectorKind.Embedding, string Patches = "grid:16",
    VectorStorage Storage = VectorStorage.F16, bool Untrained = false);

/// <summary>What to look for: exactly one of a patch, an image with an optional box, or a vector.</summary>
/// <param name="PatchId">A patch of this index.</param>
/// <param name="ImageId">An image of any ready dataset.</param>
/// <param name="Box">Part of that image; the whole image when absent.</param>
/// <param name="Vector">A vector of the index's dimension; it is scaled to unit length.</param>
public sealed record NeighbourQuery(string? PatchId = null, string? ImageId = null, Box? Box = null, Vector? Vector = null);

/// <summary>Restricts the answer.</summary>
/// <param name="Classes">Keep only these classes.</param>
/// <param name="DatasetIds">Keep only these datasets.</param>
public sealed record NeighbourFilter(IReadOnlyList<string>? Classes = null, IReadOnlyList<string>? DatasetIds = null);

/// <summary>Which end of the scores an answer holds: the highest, highest first; or the lowest, lowest first.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<NeighbourOrder>))]
public enum NeighbourOrder { Nearest, Farthest }

/// <param name="K">1 to 1,000.</param>
/// <param name="ExcludeSameImage">Leave out patches of the query's own image.</param>
/// <param name="OnePerImage">Keep only the first patch of each image in the order asked for.</param>
/// <param name="MinScore">Keep only scores of at least this cosine, -1 to 1.</param>
/// <param name="Exact">Always true today: every search is exact.</param>
/// <param name="Order">nearest (default), or farthest for the least similar patches.</param>
/// <param name="MaxScore">Keep only scores of at most this cosine, -1 to 1: with nearest, it leaves near-duplicates out.</param>
public sealed record NeighbourRequest(
    NeighbourQuery Query, int K = 20, bool ExcludeSameImage = false, bool OnePerImage = false, NeighbourFilter? Filter = null,
    double? MinScore = null, bool Exact = true, NeighbourOrder Order = NeighbourOrder.Nearest, double? MaxScore = null);

/// <summary>Patches in the order asked for.</summary>
/// <param name="TookMs">Search time on the server.</param>
public sealed record NeighbourResult(IReadOnlyList<Neighbour> Items, bool Exact, double TookMs)
{
    /// <summary>What the items have in common with the query, beside chance; only what is defined for this query.</summary>
    public IReadOnlyList<NeighbourShare> Shares { get; init; } = [];
}

/// <summary>How many of the items are like the query. The query itself, where it is among them, does not count.</summary>
/// <param name="Share">0 to 1, of those it is defined for.</param>
/// <param name="Chance">The same share among all patches that this search could have given: exact, not sampled.</param>
/// <param name="Of">Items it is defined for.</param>
public sealed record NeighbourShare(PatchLikeness Likeness, double Share, double Chance, int Of);

/// <summary>A patch found.</summary>
/// <param name="Rank">1 is the first in the order asked for.</param>
/// <param name="Score">Cosine similarity, -1 to 1.</param>
/// <param name="Thumbnail">Address of the patch's crop, relative to the server.</param>
/// <param name="ImageWidth">Width in pixels of the image it was found in, so that the box can be drawn on it.</param>
/// <param name="ImageHeight">Height in pixels of that image.</param>
public sealed record Neighbour(
    int Rank, string PatchId, string ImageId, string ImageName, string? Class, Box Box, double Score, string Thumbnail,
    int ImageWidth = 0, int ImageHeight = 0);

/// <param name="Requests">1 to 64 searches of one index.</param>
public sealed record NeighbourBatchRequest(IReadOnlyList<NeighbourRequest> Requests);

/// <param name="Results">One a request, in order.</param>
public sealed record NeighbourBatchResult(IReadOnlyList<NeighbourResult> Results);

/// <param name="ImageId">The image to score.</param>
public sealed record SimilarityRequest(NeighbourQuery Query, string ImageId);

/// <summary>One patch against every grid patch of an image.</summary>
/// <param name="ImageId">The image that was scored; null for an uploaded one.</param>
/// <param name="Rows">Grid rows; scores come row by row.</param>
public sealed record SimilarityMap(string? ImageId, int Rows, int Columns, IReadOnlyList<SimilarityCell> Cells)
{
    /// <summary>Which of the cells scores highest, from 0; of equal ones the first.</summary>
    public int Best => Cells.Count == 0 ? -1 : Enumerable.Range(0, Cells.Count).MaxBy(i => Cells[i].Score);
}

/// <param name="Score">Cosine similarity, -1 to 1.</param>
public sealed record SimilarityCell(Box Box, double Score);
