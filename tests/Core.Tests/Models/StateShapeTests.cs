using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using TorchSharp;

namespace PatchSsl.Core.Tests.Models;

/// <summary>Names and shapes of every model's state, approved as text: a change here breaks checkpoints.</summary>
public sealed class StateShapeTests
{
    [Theory]
    [InlineData(18, Stem.Cifar, 1)]
    [InlineData(18, Stem.Cifar, 0.25)]
    [InlineData(34, Stem.ImageNet, 1)]
    [InlineData(50, Stem.ImageNet, 1)]
    public void State_is_as_approved(int depth, Stem stem, double width)
    {
        using var model = SslModel.Blank(
            new ModelSpec { Depth = depth, Stem = stem, Width = width }, ComputePlan.Float32(new torch.Device(DeviceType.META)));

        var actual = string.Join('\n', model.State().Select(s => $"{s.Name} {s.Value.dtype} ({string.Join(',', s.Value.shape)})")) + "\n";

        var name = FormattableString.Invariant($"resnet{depth}-{stem}-{width}.txt").ToLowerInvariant();
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Shapes", name)), actual);
    }

    [Fact]
    public void Embedding_dim_is_what_the_encoder_gives()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (depth, width, stem) in new[] { (18, 0.125, Stem.Cifar), (34, 0.25, Stem.Cifar), (50, 0.125, Stem.ImageNet) })
        {
            var spec = new ModelSpec { Depth = depth, Width = width, Stem = stem, ProjectorHidden = 24, ProjectorLayers = 2, ProjectionDim = 12 };
            using var model = SslModel.Create(spec, ComputePlan.Float32(), seed: 1);
            var (h, hidden, z) = model.Forward(torch.zeros(3, 3, 32, 32));
            Assert.Equal([3L, spec.EmbeddingDim], h.shape);
            Assert.Equal([3L, 24L], hidden.shape);
            Assert.Equal([3L, 12L], z.shape);
        }
    }
}
