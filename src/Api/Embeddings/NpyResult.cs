using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Embeddings;

/// <summary>Vectors as one .npy array.</summary>
/// <param name="failed">Indexes of the images without a row.</param>
public sealed class NpyResult(
    EmbeddingQuestion question, int dim, IReadOnlyList<(EmbeddedUpload Upload, ImageVectors Vectors)> images, IReadOnlyList<int> failed) : IResult
{
    public const string FailedHeader = "X-Failed-Images";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var bags = question.Output == EmbeddingOutput.Bag;
        int[] shape = bags ? [images.Count, dim] : [images.Count, images[0].Vectors.Patches.Count, dim];
        var rows = images.SelectMany(i => bags ? [i.Vectors.Bag] : i.Vectors.Patches);
        httpContext.Response.ContentType = NpyWriter.MediaType;
        httpContext.Response.ContentLength = NpyWriter.Header(shape).Length + sizeof(float) * shape.Aggregate(1L, (product, length) => product * length);
        if (failed.Count > 0) httpContext.Response.Headers[FailedHeader] = string.Join(",", failed);
        return NpyWriter.WriteAsync(httpContext.Response.Body, shape, rows, httpContext.RequestAborted);
    }
}
