using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Embeddings;

/// <summary>A loaded model; used by one thread.</summary>
public interface IPatchEncoder : IDisposable
{
    /// <summary>Patches it takes at once: enough to fill the cores or a GPU, few enough that a newcomer waits briefly.</summary>
    int BatchSize { get; }

    int Dim(VectorSpace space);

    /// <param name="vectors">(N, Dim), one vector a patch, row by row.</param>
    void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors);
}

/// <summary>A model's id and checkpoint file.</summary>
/// <param name="Untrained">As its run was before the first step.</param>
public sealed record ModelFile(string Id, string Path, bool Untrained = false);
