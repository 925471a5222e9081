using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

/// <summary>Norms folded into weights give what the norms gave.</summary>
public sealed class FoldedModelTests
{
    public static TheoryData<int, Stem, bool> Architectures =>
        new(from depth in new[] { 18, 34, 50 } from stem in Enum.GetValues<Stem>() from projector in new[] { true, false } select (depth, stem, projector));

    [Theory, MemberData(nameof(Architectures))]
    public void Every_architecture_gives_the_same_vectors_in_every_space(int depth, Stem stem, bool projector)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Trained(new() { Depth = depth, Stem = stem, HasProjector = projector, Width = .25, ProjectorHidden = 48, ProjectionDim = 24 }, ComputePlan.Float32());
        using var folded = FoldedModel.Of(model);
        var patches = Patches(8, 32);

        var together = folded.Vectors(patches, model.Spec.Spaces);

        foreach (var (space, vectors) in model.Spec.Spaces.Zip(together))
        {
            var expected = model.Vectors(patches, space);
            Assert.Equal((ScalarType.Float32, true), (vectors.dtype, vectors.shape.AsSpan().SequenceEqual(expected.shape)));
            Assert.InRange(((vectors - expected).norm() / expected.norm()).item<float>(), 0, 1e-5f);
            Assert.Equal(0, ReferenceValues.Difference(vectors, folded.Vectors(patches, [space])[0]));
        }
    }

    [Theory]
    [InlineData(18, Stem.Cifar)]
    [InlineData(50, Stem.ImageNet)]
    public void Bfloat16_stays_as_near_to_float32_as_with_norms(int depth, Stem stem)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var spec = new ModelSpec { Depth = depth, Stem = stem, Width = .5, ProjectorHidden = 64, ProjectionDim = 32 };
        using var exact = Trained(spec, ComputePlan.Float32());
        using var model = Trained(spec, ComputePlan.BFloat16());
        using var folded = FoldedModel.Of(model);
        var patches = Patches(16, 32);
        foreach (var space in spec.Spaces)
        {
            var expected = exact.Vectors(patches, space);
            var ours = Distances(folded.Vectors(patches, [space])[0], expected);
            Assert.InRange(ours.mean().item<double>(), 0, 1.05 * Distances(model.Vectors(patches, space), expected).mean().item<double>());
            if (depth == 18 && space == VectorSpace.Embedding) Assert.InRange(ours.max().item<double>(), 0, 1e-4);
        }

        static Tensor Distances(Tensor a, Tensor b) => 1 - nn.functional.cosine_similarity(a.to(float64), b.to(float64), 1, 1e-8);
    }

    [Fact]
    public void A_forward_makes_half_the_tensors_and_leaves_none()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Trained(new() { ProjectorHidden = 48, ProjectionDim = 24 }, ComputePlan.BFloat16());
        using var folded = FoldedModel.Of(model);
        var patches = Patches(2, 32);

        var (withNorms, _) = Cost(() => model.Vectors(patches, VectorSpace.Embedding).Dispose());
        var (made, left) = Cost(() => folded.Vectors(patches, [VectorSpace.Embedding])[0].Dispose());

        Assert.Equal(0, left);
        Assert.InRange(made, 1, withNorms / 2);
        Assert.InRange(made, 1, 26);
    }

    /// <summary>Tensors that one call makes on this thread, and those of them that outlive it.</summary>
    private static (long Made, long Left) Cost(Action call)
    {
        call();
        var statistics = DisposeScopeManager.Statistics;
        var (made, live) = (Made(), statistics.ThreadTotalLiveCount);
        call();
        return (Made() - made, statistics.ThreadTotalLiveCount - live);

        long Made() => statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
    }

    /// <summary>With statistics, scales and shifts that are not those of a new model.</summary>
    private static SslModel Trained(ModelSpec spec, ComputePlan plan)
    {
        var model = SslModel.Create(spec, plan, seed: 3);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var exact = SslModel.Create(spec, ComputePlan.Float32(), seed: 3);
        for (var i = 0; i < 3; i++) exact.Vectors(Patches(32, 32), spec.Spaces[^1]);
        foreach (var ((name, own), (_, value)) in model.State().Zip(exact.State()))
        {
            own.copy_(value);
            if (own.dim() != 1) continue;
            var noise = rand(own.shape, generator: new CounterRandom(2, name, 0).Generator());
            if (name.EndsWith("bias", StringComparison.Ordinal)) own.add_(noise - .5, .2);
            if (name.EndsWith("weight", StringComparison.Ordinal)) own.mul_(noise.mul_(.4).add_(.8));
        }
        model.Eval();
        return model;
    }

    private static Tensor Patches(int count, int size) => randn([count, 3, size, size], generator: new CounterRandom(1, "patches", 0).Generator());
}
