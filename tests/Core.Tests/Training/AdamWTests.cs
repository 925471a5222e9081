using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Tests.Fixtures;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = PatchSsl.Core.Optimisers.AdamW;

namespace PatchSsl.Core.Tests.Training;

public sealed class AdamWTests
{
    private static readonly AdamWOptions Options = new() { Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.1 };

    // torch 1.13: optim.AdamW([{"params": [m], "weight_decay": .1}, {"params": [v], "weight_decay": 0}], betas=(.8, .95), eps=1e-8) in float64,
    // started from m = [[1, -2], [.5, 3]], v = [1, -1]; rates .1, .05, .02; gradients as below; parameters printed after each step.
    private static readonly (double Rate, double[] MatrixGradient, double[] VectorGradient, double[] Matrix, double[] Vector)[] Trace =
    [
        (.1, [.1, -.2, .3, 0], [1, -.5],
            [0.890000009999999, -1.8800000049999996, 0.3950000033333332, 2.9699999999999998], [0.900000001, -0.900000002]),
        (.05, [-1, 2, .5, 1e-3], [.2, .2],
            [0.9210680885996764, -1.9061180838714988, 0.34346854601411303, 2.916360985981967], [0.8610150312545137, -0.8852730356213342]),
        (.02, [.25, .5, -4, 1], [-3, 0],
            [0.9258827409117828, -1.9158111841344054, 0.354460711375086, 2.896673469816291], [0.8706749074315128, -0.8809590403188116]),
    ];

    [Fact]
    public void Three_steps_match_pytorch()
    {
        using var scope = NewDisposeScope();
        using var matrix = Matrix();
        using var vector = Vector();
        using var optimiser = new AdamW([("matrix", matrix), ("vector", vector)], Options);
        Follow(optimiser, matrix, vector, 0);
    }

    [Fact]
    public void It_goes_on_from_its_state_as_if_it_had_not_stopped()
    {
        using var scope = NewDisposeScope();
        using var matrix = Matrix();
        using var vector = Vector();
        using var first = new AdamW([("matrix", matrix), ("vector", vector)], Options);
        Step(first, matrix, vector, 0);

        using var second = new AdamW([("matrix", matrix), ("vector", vector)], Options);
        Assert.Equal(["steps", "mean.matrix", "square.matrix", "mean.vector", "square.vector"], second.State.Select(s => s.Name));
        foreach (var (from, to) in first.State.Zip(second.State)) to.Value.copy_(from.Value);
        Follow(second, matrix, vector, 1);
    }

    [Fact]
    public void A_missing_gradient_changes_nothing_and_a_new_step_starts_without_gradients()
    {
        using var scope = NewDisposeScope();
        using var matrix = Matrix();
        using var frozen = Vector();
        using var optimiser = new AdamW([("matrix", matrix), ("frozen", frozen)], Options);
        matrix.grad = ones(2, 2, dtype: float64);
        optimiser.Step(0.1);
        optimiser.ZeroGrad();
        Assert.Null(matrix.grad);
        Assert.Equal(0, ReferenceValues.Difference(frozen, tensor(new[] { 1.0, -1.0 })));
    }

    private static void Follow(AdamW optimiser, Parameter matrix, Parameter vector, int from)
    {
        for (var i = from; i < Trace.Length; i++)
        {
            Step(optimiser, matrix, vector, i);
            Assert.True(ReferenceValues.Difference(matrix, tensor(Trace[i].Matrix).view(2, 2)) < 1e-12);
            Assert.True(ReferenceValues.Difference(vector, tensor(Trace[i].Vector)) < 1e-12);
        }
    }

    private static void Step(AdamW optimiser, Parameter matrix, Parameter vector, int i)
    {
        (matrix.grad, vector.grad) = (tensor(Trace[i].MatrixGradient).view(2, 2), tensor(Trace[i].VectorGradient));
        optimiser.Step(Trace[i].Rate);
        optimiser.ZeroGrad();
    }

    private static Parameter Matrix() => new(tensor(new[] { 1.0, -2, .5, 3 }).view(2, 2));

    private static Parameter Vector() => new(tensor(new[] { 1.0, -1 }));
}
