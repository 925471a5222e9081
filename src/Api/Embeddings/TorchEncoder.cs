using PatchSsl.Core.Embedding;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Embeddings;

/// <summary>Loads models for the embedding thread. libtorch itself is loaded with the first one, so that an idle server stays small.</summary>
public sealed class TorchEncoders(TorchOptions options)
{
    private readonly Lock _gate = new();
    private TorchRuntime? _runtime;

    /// <exception cref="TorchUnavailableException">libtorch does not load; tried again the next time.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public IPatchEncoder Load(ModelFile model)
    {
        var runtime = Start();
        return new Loaded(model.Untrained ? Encoder.BeforeTraining(model.Path, runtime) : Encoder.Load(model.Path, runtime));
    }

    /// <summary>Loads libtorch unless it is loaded.</summary>
    /// <exception cref="TorchUnavailableException">It does not load; tried again the next time.</exception>
    public TorchRuntime Start()
    {
        lock (_gate) return _runtime ??= TorchRuntime.Start(options);
    }

    private sealed class Loaded(Encoder encoder) : IPatchEncoder
    {
        public int BatchSize => encoder.BatchSize;

        public int Dim(VectorSpace space) => encoder.Dim(space);

        public void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors) => encoder.Embed(patches, space, vectors);

        public void Dispose() => encoder.Dispose();
    }
}
