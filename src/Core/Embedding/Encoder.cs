using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;
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
///         └────────── input ─────────────────┘ └───── forward, norms folded in ────────────┘
/// </code>
/// Patches carry no colour augmentation and norms use the stored statistics, so a vector depends on its patch alone; what else was in the batch
/// changes no cosine by more than the rounding of the compute type.
/// </remarks>
public sealed class Encoder : IDisposable
{
    private readonly FoldedModel _model;
    private readonly TorchRuntime _runtime;
    private readonly Tensor _mean;      // (1, 3, 1, 1)
    private readonly Tensor _deviation; // (1, 3, 1, 1)

    private Encoder(SslModel model, string sha256, TorchRuntime runtime)
    {
        (Sha256, _runtime) = (sha256, runtime);
        using (model) _model = FoldedModel.Of(model);
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

    /// <summary>Patches the network gets at once: what keeps its activations near 50 MB on a CPU, where more was
    /// slower a patch, and 3 GB on a GPU.</summary>
    public int BatchSize => (int)Math.Clamp(
        (_runtime.IsCuda ? 512L << 20 : 8L << 20) / ((long)Spec.InputSize * Spec.InputSize * Spec.BaseChannels), 4, _runtime.IsCuda ? 4096 : 256);

    /// <summary>Loads a checkpoint for inference.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or describes no model this program can build.</exception>
    public static Encoder Load(string checkpointPath, TorchRuntime runtime)
    {
        var (model, _) = CheckpointFile.LoadModel(checkpointPath, runtime.Plan);
        return new Encoder(model, CheckpointFile.Hash(checkpointPath), runtime);
    }

    /// <summary>The encoder of a checkpoint's run as it was before the first step. The run drew its initial weights from its recipe and seed, both of
    /// which the checkpoint names, so they are drawn again and no file of them is needed.</summary>
    /// <param name="checkpointPath">Any checkpoint of the run; its tensors are not read.</param>
    /// <remarks><see cref="Sha256"/> is the file's: it names the run, and what is asked for beside it tells the two apart.</remarks>
    /// <exception cref="InvalidDataException">It is damaged, or no run made it: nobody knows what an imported encoder was before training.</exception>
    public static Encoder BeforeTraining(string checkpointPath, TorchRuntime runtime)
    {
        var info = CheckpointFile.ReadInfo(checkpointPath);
        if (info.RecipeJson is null)
            throw new InvalidDataException($"{Path.GetFileName(checkpointPath)}: no run made it, so its weights before training are not known.");
        var model = SslModel.Create(info.Model, runtime.Plan, info.Seed);
        model.Eval();
        return new Encoder(model, CheckpointFile.Hash(checkpointPath), runtime);
    }

    /// <summary>The same architecture before any training, from any seed.</summary>
    internal static Encoder Untrained(ModelSpec spec, TorchRuntime runtime, long seed) =>
        new(SslModel.Create(spec, runtime.Plan, seed), "", runtime);

    /// <summary>Spaces on offer: the embedding alone where the model has no projector.</summary>
    public IReadOnlyList<VectorSpace> Spaces => Spec.Spaces;

    /// <summary>Length of the vectors of a space.</summary>
    /// <exception cref="InvalidOperationException">The model does not give them.</exception>
    public int Dim(VectorSpace space) => Spec.Dim(space) ?? throw SslModel.NotGiven(space);

    /// <summary>Embeds any number of patches, a bounded batch at a time.</summary>
    /// <returns>(N, Dim) row-major, in the order of the patches, not scaled.</returns>
    /// <exception cref="InvalidOperationException">The model does not give vectors of this space.</exception>
    public float[] Embed(IReadOnlyList<PatchSource> patches, VectorSpace space)
    {
        var vectors = new float[patches.Count * Dim(space)];
        Embed(patches, space, vectors);
        return vectors;
    }

    /// <inheritdoc cref="Embed(IReadOnlyList{PatchSource}, VectorSpace)"/>
    /// <param name="vectors">Room for (N, Dim), row-major.</param>
    public void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors)
    {
        var dim = Dim(space);
        for (var first = 0; first < patches.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, patches.Count - first);
            Copy(_model.Vectors(Cut(Part(patches, first, count)), [space])[0], vectors.Slice(first * dim, count * dim));
        }
    }

    /// <summary>Embeds patches in every space on offer with one pass through the network.</summary>
    public PatchVectors EmbedAll(IReadOnlyList<PatchSource> patches)
    {
        float[][] all = [.. Spaces.Select(space => new float[patches.Count * Dim(space)])];
        for (var first = 0; first < patches.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, patches.Count - first);
            var vectors = _model.Vectors(Cut(Part(patches, first, count)), Spaces);
            for (var s = 0; s < vectors.Length; s++) Copy(vectors[s], all[s].AsSpan(first * Dim(Spaces[s]), count * Dim(Spaces[s])));
        }
        return Spec.HasProjector ? new PatchVectors(all[0], all[1], all[2]) : new PatchVectors(all[0], [], []);
    }

    /// <summary>The first half of embedding: patches as the network takes them. Any thread may cut the next while another computes.</summary>
    public PatchInput Input(IReadOnlyList<PatchSource> patches) => new(Cut(patches));

    /// <summary>The second half: the network alone, once.</summary>
    /// <param name="input">Of <see cref="Input"/>; at most <see cref="BatchSize"/> patches for bounded memory. It stays as it is.</param>
    /// <param name="vectors">Room for (N, Dim), row-major.</param>
    /// <exception cref="InvalidOperationException">The model does not give vectors of this space.</exception>
    public void Forward(PatchInput input, VectorSpace space, Span<float> vectors)
    {
        using var scope = NewDisposeScope();
        Copy(_model.Vectors(input.Patches, [space])[0], vectors);
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
        var vectors = _model.Vectors(Normalise(batch), spaces);
        foreach (var one in vectors) one.MoveToOuterDisposeScope();
        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _mean.Dispose();
        _deviation.Dispose();
    }

    private static IReadOnlyList<PatchSource> Part(IReadOnlyList<PatchSource> patches, int first, int count)
    {
        if (count == patches.Count) return patches;
        var part = new PatchSource[count];
        for (var i = 0; i < count; i++) part[i] = patches[first + i];
        return part;
    }

    /// <returns>(N,3,P,P) float32, normalised, on the device.</returns>
    private Tensor Cut(IReadOnlyList<PatchSource> patches) => Normalise(PatchBatch.Crop(patches, Spec.InputSize, _runtime.Device));

    private Tensor Normalise(Tensor patches)
    {
        using var frozen = no_grad();
        return patches.sub_(_mean).div_(_deviation);
    }

    private static void Copy(Tensor vectors, Span<float> target)
    {
        using var onHost = vectors.to(CPU).contiguous();
        onHost.data<float>().CopyTo(target);
    }
}
