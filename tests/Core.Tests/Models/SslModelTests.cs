using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

public sealed class SslModelTests
{
    [Fact]
    public void First_values_depend_on_the_seed_alone()
    {
        using var a = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        using var b = SslModel.Create(TinyRun.Spec, ComputePlan.BFloat16(), 5);
        using var c = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 6);
        foreach (var ((name, x), (_, y)) in a.State().Zip(b.State())) Assert.True(ReferenceValues.Difference(x, y) == 0, name);
        Assert.NotEqual(0, ReferenceValues.Difference(a.State()[0].Value, c.State()[0].Value));
    }

    [Fact]
    public void First_values_have_torchvisions_spread()
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(new ModelSpec { ProjectorHidden = 256, ProjectionDim = 64 }, ComputePlan.Float32(), 5);
        var state = model.State().ToDictionary(s => s.Name, s => s.Value.detach());
        var conv = state["layer2.1.conv1.weight"];                                      // fan out 128·9
        Assert.Equal(1, conv.std().item<float>() / Math.Sqrt(2.0 / (128 * 9)), 0.02);
        Assert.Equal(0, conv.mean().item<float>(), 0.001);
        Assert.InRange(state["projector.0.weight"].abs().max().item<float>(), 0.99 / Math.Sqrt(512), 1 / Math.Sqrt(512));
        Assert.Equal(1, state["layer4.1.bn2.weight"].min().item<float>());
    }

    [Fact]
    public void Bfloat16_stays_close_to_float32_and_outputs_are_float32()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var exact = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        using var half = SslModel.Create(TinyRun.Spec, ComputePlan.BFloat16(), 5);
        foreach (var space in Enum.GetValues<VectorSpace>())
        {
            var (x, y) = (exact.Vectors(TinyRun.Patches(0), space), half.Vectors(TinyRun.Patches(0), space));
            Assert.Equal(ScalarType.Float32, y.dtype);
            Assert.Equal(exact.Dim(space), y.shape[1]);
            Assert.InRange(nn.functional.cosine_similarity(x, y, 1, 1e-8).min().item<float>(), 0.95, 1.01);  // norms over 8 patches magnify
        }
    }

    [Fact]
    public void Vectors_of_a_patch_do_not_depend_on_the_others_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        model.Eval();
        var patches = TinyRun.Patches(0);
        var together = model.Vectors(patches, VectorSpace.Projection)[2];
        var alone = model.Vectors(patches.narrow(0, 2, 1), VectorSpace.Projection)[0];
        Assert.True(ReferenceValues.Difference(together, alone) < 1e-5);
    }

    [Fact]
    public void Forward_and_vectors_agree()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        model.Eval();
        var output = model.Forward(TinyRun.Patches(0));
        Assert.Equal(0, ReferenceValues.Difference(model.Vectors(TinyRun.Patches(0), VectorSpace.Embedding), output.Embedding));
        Assert.Equal(0, ReferenceValues.Difference(model.Vectors(TinyRun.Patches(0), VectorSpace.Hidden), output.Hidden));
        Assert.Equal(0, ReferenceValues.Difference(model.Vectors(TinyRun.Patches(0), VectorSpace.Projection), output.Projection));
    }

    [Fact]
    public void Activations_and_gradients_stay_channels_last()
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.BFloat16(), 5);
        model.Forward(TinyRun.Patches(0)).Projection.sum().backward();
        foreach (var (name, parameter) in model.Parameters().Where(p => p.Parameter.dim() == 4 && p.Parameter.shape[2] > 1))
        {
            Assert.True(parameter.permute(0, 2, 3, 1).is_contiguous(), name);
            Assert.True(parameter.grad!.permute(0, 2, 3, 1).is_contiguous(), name + " gradient");
        }
    }

    [Fact]
    public void Training_counts_batches_and_evaluation_does_not()
    {
        using var run = new TinyRun(ComputePlan.Float32());
        run.Steps(0, 3);
        run.Model.Eval();
        using (var scope = NewDisposeScope()) run.Model.Forward(TinyRun.Patches(0));
        Assert.All(run.Model.State().Where(s => s.Name.EndsWith("num_batches_tracked")), s => Assert.Equal(3, s.Value.item<long>()));
    }

    public static TheoryData<string> Objectives => [.. ObjectiveCatalog.Names];

    [Theory, MemberData(nameof(Objectives))]
    public void A_few_steps_lower_the_loss(string name)
    {
        // Some objectives fall so fast on one batch that a larger rate overshoots: spectral, at .003, after 30 steps.
        using var run = new TinyRun(ComputePlan.Float32(), objective: name, rate: .001);
        var first = run.Steps(0, 1);
        for (var i = 0; i < 30; i++) run.Steps(0, 1);
        Assert.True(run.Steps(0, 1) < first);
    }

    [Fact]
    public void A_wrong_shape_and_an_impossible_description_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        Assert.Contains("(8,1,16,16)", Assert.Throws<ArgumentException>(() => model.Forward(zeros(8, 1, 16, 16))).Message);
        var error = Assert.Throws<InvalidDataException>(() => SslModel.Create(new ModelSpec { Depth = 19, Width = double.NaN }, ComputePlan.Float32(), 5));
        Assert.Contains("depth", error.Message);
        Assert.Contains("width", error.Message);
    }

    [Fact]
    public void A_description_survives_json()
    {
        var spec = TinyRun.Spec with { Stem = Stem.ImageNet, Mean = new(0.1, 0.2, 0.3), PatchScale = 1 };
        Assert.Equal(spec, ModelSpec.FromJson(spec.ToJson()));
        Assert.Contains("\"stem\":\"imagenet\"", spec.ToJson());
        Assert.Throws<InvalidDataException>(() => ModelSpec.FromJson("{"));
        Assert.Throws<InvalidDataException>(() => ModelSpec.FromJson("null"));
        Assert.Throws<InvalidDataException>(() => ModelSpec.FromJson("""{"depth":19}"""));
    }
}
