using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>What is looked for.</summary>
/// <param name="Image">Ordinal of the image it comes from, where that image is in the index.</param>
public sealed record QueryVector(float[] Values, int? Image)
{
    /// <summary>The index's own row, where the query is a patch of it.</summary>
    public long? Row { get; init; }

    /// <summary>Its box, where it is a part of an image and no row of the index.</summary>
    public PatchBox? Box { get; init; }

    /// <summary>Class of its image; null where it has none or there is no image.</summary>
    public string? Class { get; init; }

    /// <summary>Grid place nearest to it; null where there is no image, or all of the image is asked for.</summary>
    public int? Cell { get; init; }
}

/// <summary>Turns the forms a query may have into vectors of the index's space.</summary>
public sealed class QueryVectors(ImageCatalog images, EmbeddingDesk embeddings)
{
    /// <summary>The vectors of several queries, embedded together where they need embedding.</summary>
    /// <param name="field">Name of a query in messages, by its position.</param>
    /// <param name="model">Looked up only where something needs embedding: stored vectors are found without it.</param>
    /// <exception cref="ProblemException">404: no such patch or image. 422: no, or more than one, form; a vector or box that cannot be used.</exception>
    public async Task<IReadOnlyList<QueryVector>> ResolveAsync(
        string indexId, string datasetId, IndexFile index, Func<Task<EmbeddingModel>> model, IReadOnlyList<NeighbourQuery> queries, Func<int, string> field,
        CancellationToken cancellationToken)
    {
        var vectors = new QueryVector?[queries.Count];
        List<FoundImage> found = [];
        List<(int Query, FoundImage Image, PatchSource Patch)> toEmbed = [];
        try
        {
            for (var i = 0; i < queries.Count; i++)
            {
                var query = queries[i];
                var forms = (query.PatchId is null ? 0 : 1) + (query.ImageId is null ? 0 : 1) + (query.Vector is null ? 0 : 1);
                if (forms != 1) throw Invalid(field(i), "needs exactly one of patchId, imageId and vector");
                if (query.Box is not null && query.ImageId is null) throw Invalid($"{field(i)}.box", "goes with imageId only");
                if (query.PatchId is { } patchId) vectors[i] = Stored(indexId, index, patchId, field(i));
                else if (query.Vector is { } vector) vectors[i] = new QueryVector(Checked(vector.Values, index.Dim, $"{field(i)}.vector"), null);
                else
                {
                    var image = await images.FindAsync(query.ImageId!, cancellationToken);
                    found.Add(image);
                    var box = image.Box(query.Box, $"{field(i)}.box");
                    if (Held(index, datasetId, image, box) is { } row) vectors[i] = Stored(index, row) with { Class = image.Class };
                    else toEmbed.Add((i, image, new PatchSource(image.Store, image.Ordinal, box)));
                }
            }
            if (toEmbed.Count > 0)
            {
                using var admission = embeddings.Admit(toEmbed.Count);
                var embedded = await embeddings.VectorsAsync(await model(), index.Header.Space, [.. toEmbed.Select(e => e.Patch)], cancellationToken);
                for (var i = 0; i < toEmbed.Count; i++)
                {
                    var (query, image, patch) = toEmbed[i];
                    var own = image.DatasetId == datasetId ? image.Ordinal : (int?)null;
                    vectors[query] = new QueryVector(embedded[(i * index.Dim)..((i + 1) * index.Dim)], own)
                    {
                        Box = patch.Box,
                        Class = image.Class,
                        Cell = GridPlace.Of(index.Header, patch.Box, image.Info.Width, image.Info.Height),
                    };
                }
            }
            for (var i = 0; i < vectors.Length; i++)
                if (vectors[i]!.Values.All(v => v == 0)) throw NoDirection(field(i));
            return vectors!;
        }
        finally
        {
            foreach (var image in found) image.Dispose();
        }
    }

    /// <summary>The answer to a query that has no direction to be compared by, as a collapsed model makes them.</summary>
    public static ProblemException NoDirection(string field) => Invalid(field, "has a vector that is zero everywhere, so nothing is near to it or far from it");

    /// <summary>The index's own row for a box of its grid, to a hundredth of a pixel: what it holds need not be embedded again.</summary>
    private static long? Held(IndexFile index, string datasetId, FoundImage image, PatchBox box)
    {
        if (image.DatasetId != datasetId) return null;
        var boxes = index.Header.Boxes(image.Info.Width, image.Info.Height);
        for (var i = 0; i < boxes.Count; i++)
            if (Near(boxes[i].X, box.X) && Near(boxes[i].Y, box.Y) && Near(boxes[i].Width, box.Width) && Near(boxes[i].Height, box.Height))
                return index.Header.Row(image.Ordinal, i);
        return null;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 0.01;

    private static QueryVector Stored(string indexId, IndexFile index, string patchId, string field)
    {
        if (!ImageIds.TryParse(patchId, out var owner, out var row)) throw new ProblemException(Problems.NotFound("patch", patchId));
        if (owner != indexId) throw Invalid($"{field}.patchId", $"'{Problems.Shown(patchId)}' is not a patch of index '{indexId}'; ask by imageId and box instead");
        if (row >= index.Count) throw new ProblemException(Problems.NotFound("patch", patchId));
        return Stored(index, row);
    }

    private static QueryVector Stored(IndexFile index, long row)
    {
        var (image, patch) = index.Header.Place(row);
        return new(index.Vector(row), image) { Row = row, Cell = index.PatchesPerImage == 1 ? null : patch };
    }

    private static float[] Checked(float[] values, int dim, string field)
    {
        if (values.Length != dim) throw Invalid(field, $"has {values.Length} values; this index has {dim}");
        if (values.Any(v => !float.IsFinite(v))) throw Invalid(field, "holds NaN or infinity");
        if (values.All(v => v == 0)) throw Invalid(field, "is zero everywhere, so it has no direction");
        return values;
    }

    private static ProblemException Invalid(string field, string what) =>
        new(Problems.Invalid(new Dictionary<string, string[]> { [field] = [$"{field} {what}."] }));
}
