using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Embeddings;

/// <summary>The query string of an embedding request, as sent.</summary>
public sealed record EmbeddingQuery
{
    /// <summary>Id of a model, or of a run for its newest checkpoint.</summary>
    [FromQuery(Name = "model")] public string? Model { get; init; }

    /// <summary>Which output of the model: embedding (default), hidden or projection.</summary>
    [FromQuery(Name = "vectors"), DefaultValue("embedding"), AllowedValues("embedding", "hidden", "projection")] public string? Vectors { get; init; }

    /// <summary>grid:n with n a square number from 1 to 256 (default grid:16), whole, or boxes, which takes them from the form.</summary>
    [FromQuery(Name = "patches"), DefaultValue("grid:16")] public string? Patches { get; init; }

    /// <summary>bag (default), patches or both.</summary>
    [FromQuery(Name = "output"), DefaultValue("bag"), AllowedValues("bag", "patches", "both")] public string? Output { get; init; }

    /// <summary>Scale every vector to unit length; default true.</summary>
    [FromQuery(Name = "normalize"), DefaultValue(true)] public bool? Normalize { get; init; }

    /// <summary>In JSON: array (default) writes vectors as numbers, base64 as little-endian float32.</summary>
    [FromQuery(Name = "encoding"), DefaultValue("array"), AllowedValues("array", "base64")] public string? Encoding { get; init; }
}

/// <summary>How vectors are written in JSON.</summary>
public enum VectorEncoding { Array, Base64 }

/// <summary>An embedding request, checked.</summary>
/// <param name="Grid">Null: boxes of the caller's own.</param>
public sealed record EmbeddingQuestion(string Model, VectorKind Vectors, PatchGrid? Grid, EmbeddingOutput Output, bool Normalize, bool Base64)
{
    public VectorSpace Space => Vectors.ToCore();

    private const int MostBoxes = 256;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <exception cref="ProblemException">422 with everything that is wrong.</exception>
    public static EmbeddingQuestion Parse(EmbeddingQuery query, bool asNpy)
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(query.Model)) errors.Add("model", "model is missing: the id of a model, or of a run for its newest checkpoint.");
        var vectors = errors.Choice("vectors", query.Vectors, VectorKind.Embedding);
        var output = errors.Choice("output", query.Output, EmbeddingOutput.Bag);
        var encoding = errors.Choice("encoding", query.Encoding, VectorEncoding.Array);
        PatchGrid? grid = null;
        var patches = string.IsNullOrEmpty(query.Patches) ? "grid:16" : query.Patches;
        if (patches != "boxes" && !PatchGrid.TryParse(patches, out grid))
            errors.Add("patches", $"patches is '{Problems.Shown(patches)}': allowed is grid:n with n a square number from 1 to 256, whole, or boxes.");
        if (asNpy && output == EmbeddingOutput.Both) errors.Add("output", "output is 'both': a .npy file holds one array, so ask for bag or patches.");
        errors.Throw();
        return new EmbeddingQuestion(query.Model!, vectors, grid, output, query.Normalize ?? true, encoding == VectorEncoding.Base64);
    }

    /// <summary>The boxes of the form, one list an image; null where the patches are a grid. One list alone stands for every image.</summary>
    /// <exception cref="ProblemException">422 naming the field.</exception>
    public IReadOnlyList<IReadOnlyList<PatchBox>>? Boxes(SmallForm form, bool asNpy)
    {
        if (Grid is not null) return null;
        var errors = new FieldErrors();
        var lists = form.Fields.TryGetValue("boxes", out var text) ? Lists(text) : null;
        if (lists is null)
        {
            errors.Add("boxes", "boxes is missing or malformed: with patches=boxes the form has a field 'boxes' with JSON, either [{x,y,width,height}, …] for every image or one such list an image.");
            errors.Throw();
        }
        if (lists!.Count == 1) lists = [.. Enumerable.Repeat(lists[0], form.Files.Count)];
        if (lists.Count != form.Files.Count) errors.Add("boxes", $"boxes has {lists.Count} lists for {form.Files.Count} images.");
        if (lists.Any(l => l.Count is 0 or > MostBoxes)) errors.Add("boxes", $"boxes needs 1 to {MostBoxes} boxes an image.");
        if (asNpy && Output == EmbeddingOutput.Patches && lists.DistinctBy(l => l.Count).Count() > 1)
            errors.Add("boxes", "boxes has lists of different lengths, which a .npy array cannot hold.");
        errors.Throw();
        return [.. lists.Select(l => l.Select(b => new PatchBox(b.X, b.Y, b.Width, b.Height)).ToList())];
    }

    private static IReadOnlyList<IReadOnlyList<Box>>? Lists(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array) return null;
            return document.RootElement.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Array)
                ? document.RootElement.Deserialize<List<List<Box>>>(Json)
                : [document.RootElement.Deserialize<List<Box>>(Json)!];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
