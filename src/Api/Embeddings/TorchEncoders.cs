using PatchSsl.Api.Torch;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Embeddings;

/// <summary>Loads models for the embedding thread, and libtorch with the first one.</summary>
public sealed class TorchEncoders(TorchLoader torch)
{
    /// <exception cref="TorchUnavailableException">libtorch does not load; tried again the next time.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public IPatchEncoder Load(ModelFile model)
    {
        var runtime = torch.Start();
        return new Loaded(model.Untrained ? Encoder.BeforeTraining(model.Path, runtime) : Encoder.Load(model.Path, runtime));
    }

    private sealed class Loaded(Encoder encoder) : IPatchEncoder
    {
        public int BatchSize => encoder.BatchSize;

        public int Dim(VectorSpace space) => encoder.Dim(space);

        public void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors) => encoder.Embed(patches, space, vectors);

        public void Dispose() => encoder.Dispose();
    }
}
