using PatchSsl.Core.Embedding;

namespace PatchSsl.Api.Embeddings;

/// <summary>A loaded model; used by one thread.</summary>
public interface IPatchEncoder : IDisposable
{
    int Dim(VectorSpace space);

    /// <summary>One vector a patch, row by row.</summary>
    float[] Embed(IReadOnlyList<PatchSource> patches, VectorSpace space);
}

/// <summary>A model's id and checkpoint file.</summary>
public sealed record ModelFile(string Id, string Path);
