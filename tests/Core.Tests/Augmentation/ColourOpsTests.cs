using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Augmentation;

public sealed class ColourOpsTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Ops = new()
    {
        ["brightness_1_3"] = x => ColourOps.Brightness(x, Parameter(x, 1.3)),
        ["contrast_0_7"] = x => ColourOps.Contrast(x, Parameter(x, .7)),
        ["saturation_1_4"] = x => ColourOps.Saturation(x, Parameter(x, 1.4)),
        ["hue_0_15"] = x => ColourOps.Hue(x, Parameter(x, .15)),
        ["hue_minus_0_1"] = x => ColourOps.Hue(x, Parameter(x, -.1)),
        ["grayscale"] = ColourOps.Grayscale,
        ["solarize_128"] = x => ColourOps.Solarize(x, 128.0 / 255),
        ["blur_kernel5_sigma0_8"] = x => ColourOps.GaussianBlur(x, Parameter(x, .8), 2),
    };

    public static TheoryData<string> Names => [.. Ops.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Matches_torchvision_in_float64(string name) => Assert.True(Difference(name, ScalarType.Float64) < 1e-9);

    [Theory, MemberData(nameof(Names))]
    public void Matches_torchvision_in_float32(string name) => Assert.True(Difference(name, ScalarType.Float32) < 1e-6);

    [Fact]
    public void Grey_patches_keep_their_values_whatever_the_hue()
    {
        using var scope = NewDisposeScope();
        var grey = linspace(0, 1, 16).view(1, 1, 4, 4).expand(1, 3, 4, 4).contiguous();
        Assert.Equal(0, ReferenceValues.Difference(ColourOps.Hue(grey, Parameter(grey, .37)), grey));
    }

    [Fact]
    public void A_parameter_each_changes_each_patch_as_alone()
    {
        using var scope = NewDisposeScope();
        var x = ReferenceValues.Entry("augmentation").Tensor("image").unsqueeze(0);
        var pair = cat([x, x.flip(3)]);
        var both = ColourOps.GaussianBlur(pair, tensor([.8, .3], dtype: ScalarType.Float64), 2);
        Assert.True(ReferenceValues.Difference(both[0], ReferenceValues.Entry("augmentation").Tensor("blur_kernel5_sigma0_8")) < 1e-9);
        Assert.True(ReferenceValues.Difference(both.narrow(0, 1, 1), ColourOps.GaussianBlur(x.flip(3), Parameter(x, .3), 2)) < 1e-12);
    }

    private static double Difference(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var entry = ReferenceValues.Entry("augmentation");
        var image = entry.Tensor("image").unsqueeze(0).to(type);
        return ReferenceValues.Difference(Ops[name](image).squeeze(0), entry.Tensor(name));
    }

    private static Tensor Parameter(Tensor x, double value) => tensor([value]).to(x.dtype);
}
