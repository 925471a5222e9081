using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>What a model makes of N patches, in the plan's master type (float32).</summary>
/// <param name="Embedding">h (N,F).</param>
/// <param name="Hidden">First projector layer after ReLU (N, hidden).</param>
/// <param name="Projection">z (N,D).</param>
public readonly record struct SslOutput(Tensor Embedding, Tensor Hidden, Tensor Projection);

/// <summary>Encoder and, where it has one, projector as one thing to train, save and ask. One thread at a time.</summary>
/// <remarks>
/// State names: the encoder's are torchvision's, bare (<c>conv1.weight</c>, <c>layer1.0.bn2.running_var</c>); the projector's start with
/// <c>projector.</c>. All state lives where and as the plan says from the start, so nothing is ever moved or replaced.
/// </remarks>
public sealed class SslModel : IDisposable
{
    private readonly ResNet _encoder;
    private readonly Projector? _projector;
    private readonly ScalarType _output;

    private SslModel(ModelSpec spec, ComputePlan plan)
    {
        Spec = spec;
        Plan = plan;
        _output = plan.Master;
        _encoder = new ResNet(spec, plan);
        _projector = spec.HasProjector ? new Projector(spec, plan) : null;
    }

    public ModelSpec Spec { get; }

    public ComputePlan Plan { get; }

    /// <summary>A fresh model: convolutions kaiming normal (fan out), linear layers uniform ±1/√fan_in, norms 1 and 0, drawn from
    /// <paramref name="seed"/> and each tensor's name.</summary>
    /// <exception cref="InvalidDataException">The description is out of range.</exception>
    public static SslModel Create(ModelSpec spec, ComputePlan plan, long seed)
    {
        var model = Blank(spec, plan);
        Initialisation.Apply(model._encoder, "", seed);
        if (model._projector is not null) Initialisation.Apply(model._projector, "projector.", seed);
        return model;
    }

    /// <summary>A model whose state is about to be loaded.</summary>
    internal static SslModel Blank(ModelSpec spec, ComputePlan plan)
    {
        var errors = string.Join("; ", spec.Errors());
        return errors.Length == 0 ? new SslModel(spec, plan) : throw new InvalidDataException($"The model cannot be built: {errors}.");
    }

    /// <summary>Batch statistics and running averages (true, as built), or the stored ones (false).</summary>
    public void Train(bool on = true)
    {
        _encoder.train(on);
        _projector?.train(on);
    }

    /// <summary>Use the stored statistics: outputs of one patch do not depend on the others in the batch.</summary>
    public void Eval() => Train(false);

    /// <param name="patches">(N,3,P,P), normalised, on the plan's device.</param>
    /// <exception cref="InvalidOperationException">The model has no projector.</exception>
    public SslOutput Forward(Tensor patches)
    {
        Check(patches);
        if (_projector is null) throw NotGiven(VectorSpace.Projection);
        using var scope = NewDisposeScope();
        var h = _encoder.forward(patches);                                               // (N, F)
        var (hidden, z) = _projector.forward(h);                                         // (N, hidden), (N, D)
        return new SslOutput(Leave(h), Leave(hidden), Leave(z));
    }

    /// <summary>One kind of vector, computing no more than it needs.</summary>
    /// <param name="patches">(N,3,P,P), normalised, on the plan's device.</param>
    /// <exception cref="InvalidOperationException">The model has no projector and the space needs one.</exception>
    public Tensor Vectors(Tensor patches, VectorSpace space)
    {
        Check(patches);
        if (space != VectorSpace.Embedding && _projector is null) throw NotGiven(space);
        using var scope = NewDisposeScope();
        var h = _encoder.forward(patches);                                               // (N, F)
        return Leave(space switch
        {
            VectorSpace.Embedding => h,
            VectorSpace.Hidden => _projector!.Hidden(h),                                 // (N, hidden)
            _ => _projector!.forward(h).Projection,                                      // (N, D)
        });
    }

    /// <summary>Length of the vectors of a kind.</summary>
    /// <exception cref="InvalidOperationException">The model has no projector and the space needs one.</exception>
    public int Dim(VectorSpace space) => Spec.Dim(space) ?? throw NotGiven(space);

    /// <summary>What an optimiser changes, by state name, in a fixed order.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters() =>
    [
        .. _encoder.named_parameters().Select(p => (p.name, p.parameter)),
        .. _projector?.named_parameters().Select(p => ("projector." + p.name, p.parameter)) ?? [],
    ];

    /// <summary>Parameters and statistics, by state name, in PyTorch's order. The tensors are the model's own.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State() => [.. StateOf(_encoder, ""), .. _projector is null ? [] : StateOf(_projector, "projector.")];

    public void Dispose()
    {
        _encoder.Dispose();
        _projector?.Dispose();
    }

    // state_dict() lists every parameter before every buffer; PyTorch goes module by module.
    internal static IEnumerable<(string Name, Tensor Value)> StateOf(nn.Module root, string prefix) =>
        from named in root.named_modules()
        from entry in named.module.named_parameters(recurse: false).Select(p => (p.name, Value: (Tensor)p.parameter))
            .Concat(named.module.named_buffers(recurse: false).Select(b => (b.name, Value: b.buffer)))
        select ($"{prefix}{named.name}.{entry.name}", entry.Value);

    internal static InvalidOperationException NotGiven(VectorSpace space) =>
        new($"The model has no projector: it gives embedding vectors, not {(space == VectorSpace.Hidden ? "hidden" : "projection")} ones.");

    private Tensor Leave(Tensor x) => x.to(_output).MoveToOuterDisposeScope();

    private void Check(Tensor patches)
    {
        if (patches.dim() != 4 || patches.shape[1] != 3)
            throw new ArgumentException($"Patches must be (N,3,{Spec.InputSize},{Spec.InputSize}), got ({string.Join(',', patches.shape)}).");
    }
}
