using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

/// <summary>ResNet-18 with weights and input that follow a formula, against torchvision in float64.</summary>
public sealed class ResNetReferenceTests
{
    [Theory]
    [InlineData(false, "eval")]
    [InlineData(true, "train")]
    public void Features_match_torchvision(bool training, string mode)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var reference = ReferenceValues.Entry("resnet18");
        using var model = Formula();
        model.Train(training);

        var h = model.Vectors(Input(), VectorSpace.Embedding);

        Assert.True(ReferenceValues.Difference(h.narrow(1, 0, 16), reference.Tensor($"{mode}_features_first_16")) < 1e-9);
        Assert.True(ReferenceValues.Difference(linalg.vector_norm(h, dims: [1]), reference.Tensor($"{mode}_norm")) < 1e-9);
    }

    [Fact]
    public void State_has_torchvisions_names_in_torchvisions_order()
    {
        using var model = Formula();
        var names = model.State().Select(s => s.Name).Where(n => !n.StartsWith("projector.") && !n.EndsWith("num_batches_tracked"));
        var expected = ReferenceValues.Entry("resnet18").GetProperty("state_dict_order").EnumerateArray().Select(e => e.GetString());
        Assert.Equal(expected, names);
    }

    private static Tensor Input() => (arange(2 * 3 * 32 * 32, dtype: float64) * 0.05).sin().view(2, 3, 32, 32);

    private static SslModel Formula()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = SslModel.Create(new ModelSpec { ProjectorHidden = 8, ProjectionDim = 8 }, ComputePlan.Float64(), seed: 0);
        var state = model.State().ToDictionary(s => s.Name, s => s.Value);
        var t = 0;
        foreach (var element in ReferenceValues.Entry("resnet18").GetProperty("state_dict_order").EnumerateArray())
        {
            var (name, tensor) = (element.GetString()!, state[element.GetString()!]);
            var k = arange(tensor.numel(), dtype: float64);
            var values = tensor.dim() == 4 ? ((k * 0.7) + (t + 7)).sin() * Math.Sqrt(0.5 / (tensor.numel() / tensor.shape[0]))
                : name.EndsWith("running_var") ? 1 + (0.2 * (k + t).sin())
                : name.EndsWith("weight") ? 1 + (0.1 * (k + t).cos())
                : 0.1 * (k + t).sin();
            tensor.copy_(values.view(tensor.shape));
            t++;
        }
        return model;
    }
}
