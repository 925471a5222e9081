using PatchSsl.Core.Models;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Tests.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Training;

public sealed class LarsTests
{
    [Fact]
    public void Three_steps_match_the_reference()
    {
        using var scope = NewDisposeScope();
        var reference = ReferenceValues.Entry("lars");
        using var matrix = new Parameter(reference.Tensor("matrix"));
        using var vector = new Parameter(reference.Tensor("vector"));
        using var lars = new Lars([("matrix", matrix), ("vector", vector)], new LarsOptions
        {
            Momentum = reference.Number("momentum"),
            WeightDecay = reference.Number("weight_decay"),
            Eta = reference.Number("eta"),
        });

        foreach (var step in reference.GetProperty("steps").EnumerateArray())
        {
            matrix.grad = step.Tensor("matrix_gradient");
            vector.grad = step.Tensor("vector_gradient");
            lars.Step(reference.Number("lr"));
            lars.ZeroGrad();
            Assert.True(ReferenceValues.Difference(matrix, step.Tensor("matrix")) < 1e-12);
            Assert.True(ReferenceValues.Difference(vector, step.Tensor("vector")) < 1e-12);
        }
    }

    [Fact]
    public void A_zero_matrix_and_a_zero_gradient_are_left_as_plain_sgd()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(zeros(2, 3));
        using var resting = new Parameter(ones(2, 3));
        using var lars = new Lars([("weight", weight), ("resting", resting)], new LarsOptions());
        weight.grad = ones(2, 3);
        resting.grad = zeros(2, 3);

        lars.Step(0.1);

        Assert.True(ReferenceValues.Difference(weight, full([2, 3], -0.19)) < 1e-7);
        Assert.True(ReferenceValues.Difference(resting, ones(2, 3)) == 0);
    }

    [Fact]
    public void Without_adaptation_it_is_plain_sgd()
    {
        using var scope = NewDisposeScope();
        using var matrix = new Parameter(ones(2, 2, dtype: float64));
        using var vector = new Parameter(ones(2, dtype: float64));
        using var sgd = new Lars([("matrix", matrix), ("vector", vector)], new LarsOptions { Adaptive = false, WeightDecay = 0.1 });
        (matrix.grad, vector.grad) = (ones(2, 2, dtype: float64), ones(2, dtype: float64));

        sgd.Step(0.1);                                                                  // 1 - 0.1 (g + 0.9 g), g = 1.1 or 1

        Assert.True(ReferenceValues.Difference(matrix, full([2, 2], 0.791, dtype: float64)) < 1e-12);
        Assert.True(ReferenceValues.Difference(vector, full([2], 0.81, dtype: float64)) < 1e-12);
    }

    [Fact]
    public void A_rate_of_zero_and_a_missing_gradient_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(ones(2, 2));
        using var frozen = new Parameter(ones(2, 2));
        using var lars = new Lars([("weight", weight), ("frozen", frozen)], new LarsOptions());
        weight.grad = ones(2, 2);
        lars.Step(0);
        Assert.True(ReferenceValues.Difference(weight, ones(2, 2)) == 0);
        Assert.True(ReferenceValues.Difference(frozen, ones(2, 2)) == 0);
        Assert.Equal(["momentum.weight", "momentum.frozen"], lars.State.Select(s => s.Name));
    }

    [Fact]
    public void Zero_grad_drops_the_gradient()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(ones(2, 2));
        using var lars = new Lars([("weight", weight)], new LarsOptions());
        weight.sum().backward();
        Assert.NotNull(weight.grad);
        lars.ZeroGrad();
        Assert.Null(weight.grad);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Float32_on_the_cpu_in_two_passes_follows_float64_by_tensors(bool adaptive)
    {
        using var scope = NewDisposeScope();
        using var generator = new CounterRandom(2, "lars", 0).Generator();
        // A convolution in channels-last, one of a pixel, a matrix of more than a piece, and a vector that ends amid a row of lanes.
        Func<Tensor>[] make = [() => Draw(8, 3, 3, 4).permute(0, 3, 1, 2), () => Draw(6, 1, 1, 5).permute(0, 3, 1, 2), () => Draw(300, 301), () => Draw(21)];
        var options = new LarsOptions { Adaptive = adaptive, WeightDecay = .01, Eta = .02 };
        var values = Array.ConvertAll(make, m => m());
        var narrow = values.Select(v => new Parameter(v.clone())).ToArray();
        var wide = values.Select(v => new Parameter(v.to(float64))).ToArray();
        using var kernel = new Lars(narrow.Select((p, i) => ($"{i}", p)), options);
        using var tensors = new Lars(wide.Select((p, i) => ($"{i}", p)), options);
        foreach (var rate in new[] { .3, .1, .05 })
        {
            for (var i = 0; i < make.Length; i++)
            {
                var gradient = make[i]();
                (narrow[i].grad, wide[i].grad) = (gradient, gradient.to(float64));
            }
            kernel.Step(rate);
            tensors.Step(rate);
        }
        for (var i = 0; i < make.Length; i++) Assert.True(ReferenceValues.Difference(narrow[i], wide[i]) < 1e-5, $"{i}");

        Tensor Draw(params long[] shape) => randn(shape, generator: generator);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("float32")]
    public void A_models_parameters_gradients_and_momenta_are_laid_out_alike(string precision)
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.For(precision, CPU), seed: 1);
        model.Forward(TinyRun.Patches(0)).Projection.square().sum().backward();
        using var frozen = no_grad();
        Assert.True(LarsKernel.TryStep([.. model.Parameters().Select(p => ((Tensor)p.Parameter, p.Parameter.grad!, zeros_like(p.Parameter)))], new LarsOptions(), .1));
    }
}
