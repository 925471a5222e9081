using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Embedding;

/// <summary>The vectors of some patches in every space, row-major; empty in those that the model does not give.</summary>
/// <param name="Embedding">h (N, F).</param>
/// <param name="Hidden">(N, hidden).</param>
/// <param name="Projection">z (N, D).</param>
public sealed record PatchVectors(float[] Embedding, float[] Hidden, float[] Projection);

/// <summary>A model that embeds patches. Belongs to one thread at a time.</summary>
/// <remarks>
/// <code>
/// patches ─ crop, resize (N,3,P,P) ─ normalise ─ encoder h (N,F) ─ projector hidden, z (N,D)
/// </code>
/// Patches carry no colour augmentation and norms use the stored statistics, so a vector depends on its patch alone; what else was in the batch
/// changes no cosine by more than the rounding of the compute type.
/// </remarks>
public sealed class Encoder : IDisposable
{
    private readonly SslModel _model;
    private readonly TorchRuntime _runtime;
    private readonly Tensor _mean;      // (1, 3, 1, 1)
    private readonly Tensor _deviation; // (1, 3, 1, 1)

    private Encoder(SslModel model, string sha256, TorchRuntime runtime)
    {
        (_model, Sha256, _runtime) = (model, sha256, runtime);
        _model.Eval();
        using var scope = NewDisposeScope();
        _mean = Channels(Spec.Mean).DetachFromDisposeScope();
        _deviation = Channels(Spec.Deviation).DetachFromDisposeScope();

        Tensor Channels(ChannelValues values) =>
            tensor(new[] { (float)values.Red, (float)values.Green, (float)values.Blue }, device: runtime.Device).view(1, 3, 1, 1);
    }

    /// <summary>How the model is built and fed.</summary>
    public ModelSpec Spec => _model.Spec;

    /// <summary>Hash of the checkpoint file, lower-case hexadecimal; empty for an untrained model.</summary>
    public string Sha256 { get; }

    /// <summary>Patches the network gets at once: what keeps its activations near 100 MB on a CPU and 3 GB on a GPU.</summary>
    public int BatchSize => (int)Math.Clamp(
        (_runtime.IsCuda ? 512L << 20 : 16L << 20) / ((long)Spec.InputSize * Spec.InputSize * Spec.BaseChannels), 4, _runtime.IsCuda ? 4096 : 256);

    /// <summary>Loads a checkpoint for inference.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or describes no model this program can build.</exception>
    public static Encoder Load(string checkpointPath, TorchRuntime runtime)
    {
        var (model, _) = CheckpointFile.LoadModel(checkpointPath, runtime.Plan);
        return new Encoder(model, CheckpointFile.Hash(checkpointPath), runtime);
    }

    /// <summary>The same architecture before any training.</summary>
    internal static Encoder Untrained(ModelSpec spec, TorchRuntime runtime, long seed) =>
        new(SslModel.Create(spec, runtime.Plan, seed), "", runtime);

    /// <summary>Spaces on offer: the embedding alone where the model has no projector.</summary>
    public IReadOnlyList<VectorSpace> Spaces => Spec.Spaces;

    /// <summary>Length of the vectors of a space.</summary>
    /// <exception cref="InvalidOperationException">The model does not give them.</exception>
    public int Dim(VectorSpace space) => _model.Dim(space);

    /// <summary>Embeds any number of patches, a bounded batch at a time.</summary>
    /// <returns>(N, Dim) row-major, in the order of the patches, not scaled.</returns>
    /// <exception cref="InvalidOperationException">The model does not give vectors of this space.</exception>
    public float[] Embed(IReadOnlyList<PatchSource> patches, VectorSpace space)
    {
        var vectors = new float[patches.Count * Dim(space)];
        ForEachBatch(patches, (input, first, count) =>
            Copy(_model.Vectors(input, space), vectors.AsSpan(first * Dim(space), count * Dim(space))));
        return vectors;
    }

    /// <summary>Embeds patches in every space on offer with one pass through the network.</summary>
    public PatchVectors EmbedAll(IReadOnlyList<PatchSource> patches)
    {
        if (!Spec.HasProjector) return new PatchVectors(Embed(patches, VectorSpace.Embedding), [], []);
        float[] Room(VectorSpace space) => new float[patches.Count * Dim(space)];
        var vectors = new PatchVectors(Room(VectorSpace.Embedding), Room(VectorSpace.Hidden), Room(VectorSpace.Projection));
        ForEachBatch(patches, (input, first, count) =>
        {
            var output = _model.Forward(input);
            Span<float> Rows(float[] all, VectorSpace space) => all.AsSpan(first * Dim(space), count * Dim(space));
            Copy(output.Embedding, Rows(vectors.Embedding, VectorSpace.Embedding));
            Copy(output.Hidden, Rows(vectors.Hidden, VectorSpace.Hidden));
            Copy(output.Projection, Rows(vectors.Projection, VectorSpace.Projection));
        });
        return vectors;
    }

    /// <summary>One batch through the network once, for evaluation: nothing leaves the device.</summary>
    /// <param name="patches">At most <see cref="BatchSize"/>.</param>
    /// <param name="change">Changes the cut-out patches (N,3,P,P), in 0 to 1, where they are.</param>
    /// <returns>(N, Dim) for each space.</returns>
    internal IReadOnlyList<Tensor> Forward(IReadOnlyList<PatchSource> patches, IReadOnlyList<VectorSpace> spaces, Action<Tensor> change)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var batch = PatchBatch.Crop(patches, Spec.InputSize, _runtime.Device);          // (N, 3, P, P)
        change(batch);
        batch.sub_(_mean).div_(_deviation);
        if (spaces.Count == 1) return [_model.Vectors(batch, spaces[0]).MoveToOuterDisposeScope()];
        var output = _model.Forward(batch);
        return [.. spaces.Select(space => (space switch
        {
            VectorSpace.Embedding => output.Embedding,
            VectorSpace.Hidden => output.Hidden,
            _ => output.Projection,
        }).MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _mean.Dispose();
        _deviation.Dispose();
    }

    private void ForEachBatch(IReadOnlyList<PatchSource> patches, Action<Tensor, int, int> use)
    {
        using var frozen = no_grad();
        for (var first = 0; first < patches.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, patches.Count - first);
            var batch = PatchBatch.Crop([.. patches.Skip(first).Take(count)], Spec.InputSize, _runtime.Device);     // (n, 3, P, P)
            use(batch.sub_(_mean).div_(_deviation), first, count);
        }
    }

    private static void Copy(Tensor vectors, Span<float> target)
    {
        using var onHost = vectors.to(CPU).contiguous();
        onHost.data<float>().CopyTo(target);
    }
}
