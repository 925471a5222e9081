using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Embeddings;

/// <summary>What a caller waits for; its counters belong to the queue's lock.</summary>
internal sealed class EmbeddingWork(ModelFile model, VectorSpace space, IReadOnlyList<PatchSource> patches)
{
    public ModelFile Model => model;
    public VectorSpace Space => space;
    public IReadOnlyList<PatchSource> Patches => patches;
    public TaskCompletionSource<float[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public float[]? Vectors;
    public int Taken;
    public int Finished;
    public bool Cancelled;

    public bool SharesBatchWith(EmbeddingWork other) => model == other.Model && space == other.Space;
}
