using PatchSsl.Api.Database;
using PatchSsl.Api.Decoding;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <param name="Png">The map over its image, where that was asked for.</param>
public sealed record SimilarityAnswer(SimilarityMap Map, byte[]? Png);

/// <summary>One patch against every grid patch of an image.</summary>
public sealed class SimilarityScores(
    PatchSslContext db, OpenIndexes indexes, ImageCatalog images, ModelCatalog models, QueryVectors queries, EmbeddingDesk embeddings,
    ImageEmbedder embedder, DecoderPool decoders)
{
    /// <param name="picture">How to draw it; null for numbers only.</param>
    public async Task<SimilarityAnswer> MapAsync(string indexId, SimilarityRequest request, SimilarityPicture? picture, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var image = await images.FindAsync(request.ImageId, cancellationToken);
        var query = (await queries.ResolveAsync(
            row.Id, row.DatasetId, index.File.Rows, () => models.FindOfAsync(db, row, cancellationToken), [request.Query], _ => "query", cancellationToken))[0];
        return await StoredAsync(row, index.File.Rows, query.Values, image, picture, cancellationToken);
    }

    /// <summary>A part of an uploaded image against a stored image, or against the rest of itself.</summary>
    public async Task<SimilarityAnswer> MapAsync(string indexId, UploadedQuery query, SimilarityPicture? picture, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.FindAsync(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var image = query.ImageId is { } imageId ? await images.FindAsync(imageId, cancellationToken) : null;
        var model = await models.FindOfAsync(db, row, cancellationToken);
        var (header, dim) = (index.File.Rows.Header, index.File.Rows.Dim);
        var upload = await embedder.EmbedAsync(model, header.Space, query.Box, image is null ? header.Grid : null, query.File, cancellationToken);
        var vector = upload.Vectors[..dim];
        if (vector.All(v => v == 0)) throw QueryVectors.NoDirection("file");
        if (image is not null) return await StoredAsync(row, index.File.Rows, vector, image, picture, cancellationToken);

        var map = Grid(null, [.. upload.Boxes.Skip(1)], Cosines(vector, upload.Vectors.AsSpan(dim)));
        if (picture is null) return new SimilarityAnswer(map, null);
        using var pixels = await decoders.DecodeAsync(query.File.Content, null, cancellationToken);
        return new SimilarityAnswer(map, picture.Draw(map, pixels.Rgb.Span, pixels.Width, pixels.Height));
    }

    private async Task<SimilarityAnswer> StoredAsync(
        IndexRow row, IndexFile index, float[] query, FoundImage image, SimilarityPicture? picture, CancellationToken cancellationToken)
    {
        var (header, patches) = (index.Header, index.PatchesPerImage);
        var (width, height) = (image.Info.Width, image.Info.Height);
        var boxes = header.Boxes(width, height);
        float[] scores;
        if (image.DatasetId == row.DatasetId)
        {
            scores = index.Scores(query, header.Row(image.Ordinal, 0), patches);
        }
        else
        {
            using var admission = embeddings.Admit(patches);
            var model = await models.FindOfAsync(db, row, cancellationToken);
            scores = Cosines(query, await embeddings.VectorsAsync(
                model, header.Space, [.. boxes.Select(b => new PatchSource(image.Store, image.Ordinal, b))], cancellationToken));
        }
        var map = Grid(image.Id, boxes, scores);
        return new SimilarityAnswer(map, picture?.Draw(map, image.Pixels, width, height));
    }

    private static SimilarityMap Grid(string? imageId, IReadOnlyList<PatchBox> boxes, float[] scores)
    {
        var side = (int)Math.Round(Math.Sqrt(boxes.Count));
        // A vector may be longer than 1 by its rounding.
        return new SimilarityMap(imageId, side, side, [.. boxes.Select((box, i) => new SimilarityCell(box.ToContract(), Math.Clamp(scores[i], -1, 1)))]);
    }

    /// <param name="vectors">(n, query.Length), of any length.</param>
    private static float[] Cosines(float[] query, ReadOnlySpan<float> vectors)
    {
        var scores = new float[vectors.Length / query.Length];
        for (var i = 0; i < scores.Length; i++) scores[i] = Cosine(query, vectors.Slice(i * query.Length, query.Length));
        return scores;
    }

    private static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, lengths = 0, others = 0;
        for (var d = 0; d < a.Length; d++)
        {
            product += (double)a[d] * b[d];
            lengths += (double)a[d] * a[d];
            others += (double)b[d] * b[d];
        }
        return (float)(product / Math.Max(1e-12, Math.Sqrt(lengths * others)));
    }
}
