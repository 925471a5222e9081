using PatchSsl.Api.Database;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;

namespace PatchSsl.Api.Indexes;

/// <summary>One patch against every grid patch of an image.</summary>
public sealed class SimilarityScores(
    PatchSslContext db, OpenIndexes indexes, ImageCatalog images, ModelCatalog models, QueryVectors queries, EmbeddingService embeddings)
{
    public async Task<SimilarityMap> Map(string indexId, SimilarityRequest request, CancellationToken cancellationToken)
    {
        var row = await IndexEndpoints.Find(db, indexId, cancellationToken);
        using var index = indexes.Open(row);
        using var image = await images.Find(request.ImageId, cancellationToken);
        var model = await models.Find(db, row.ModelId, cancellationToken);
        var query = (await queries.Resolve(row.Id, row.DatasetId, index.File.Rows, model, [request.Query], _ => "query", cancellationToken))[0];

        var (header, patches) = (index.File.Rows.Header, index.File.Rows.PatchesPerImage);
        var boxes = header.Grid.Boxes(image.Info.Width, image.Info.Height, header.PatchScale);
        float[] scores;
        if (image.DatasetId == row.DatasetId)
        {
            scores = index.File.Rows.Scores(query.Values, (long)image.Ordinal * patches, patches);
        }
        else
        {
            using var admission = embeddings.Admit(patches);
            var vectors = await embeddings.Embed(
                model, header.Space, [.. boxes.Select(b => new PatchSource(image.Store, image.Ordinal, b))], cancellationToken);
            scores = [.. Enumerable.Range(0, patches).Select(p =>
                Cosine(query.Values, vectors.AsSpan(p * index.File.Rows.Dim, index.File.Rows.Dim)))];
        }
        var side = (int)Math.Round(Math.Sqrt(patches));
        return new SimilarityMap(image.Id, side, side, [.. boxes.Select((box, i) => new SimilarityCell(box.ToContract(), scores[i]))]);
    }

    private static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, lengths = 0, others = 0;
        for (var d = 0; d < a.Length; d++)
        {
            product += a[d] * b[d];
            lengths += a[d] * a[d];
            others += b[d] * b[d];
        }
        return (float)(product / Math.Max(1e-12, Math.Sqrt(lengths * others)));
    }
}
