using PatchSsl.Core.Explain.ClosedForm;
using TorchSharp;

namespace PatchSsl.Core.Tests.Explain.ClosedForm;

/// <summary>What the product's own spectral objective learns on sampled pairs, against the theory.</summary>
public sealed class ClosedFormRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("clusters", 8, 4)]
    [InlineData("ring", 9, 5)]
    [InlineData("chain", 10, 5)]
    [InlineData("hierarchy", 8, 8)]
    public void With_as_many_dimensions_as_the_rank_products_are_the_ratios(string preset, int dimension, int cut)
    {
        var result = Run(preset, dimension);
        Assert.InRange(result.ToRatio.R2!.Value, .99, 1);
        Assert.InRange(result.ToRatio.Slope!.Value, .98, 1.02);
        Near(result, cut);
    }

    [Theory]
    [InlineData("clusters", 3, .76604643, 3)]
    [InlineData("ring", 3, .91834, 3)]
    [InlineData("chain", 3, .83393, 3)]
    [InlineData("hierarchy", 4, .84319878, 4)]
    public void With_fewer_dimensions_they_are_the_best_of_that_rank_and_no_better(string preset, int dimension, double attainable, int cut)
    {
        var result = Run(preset, dimension);
        Assert.InRange(result.ToBest!.R2!.Value, .99, 1);
        Assert.InRange(result.ToRatio.R2!.Value, attainable - .01, attainable + 1e-5);
        Near(result, cut);
    }

    [Fact]
    public void What_no_embedding_can_represent_is_not_learned()
    {
        var result = Run("opposites", 12);
        Assert.Equal((6, 6), (result.Theory.Negative, result.Theory.Kept));
        Assert.InRange(result.ToRatio.R2!.Value, 5 / 11.0 - .01, 5 / 11.0 + 1e-5);
        Assert.InRange(result.ToBest!.R2!.Value, .99, 1);
        // A Gram matrix has no negative eigenvalue: those six come out as 0.
        Assert.All(result.Eigenvalues.Skip(6), e => Assert.InRange(e, -1e-9, .01));
        Near(result, 6);
    }

    [Fact]
    public void Of_independent_symbols_nothing_is_learned_but_that()
    {
        var result = Run("independent", 4);
        Assert.Null(result.ToRatio.R2);
        Assert.Null(result.ToRatio.Slope);
        Assert.All(result.Products.SelectMany(row => row), product => Assert.InRange(product, .9, 1.1));
        Near(result, 1);
    }

    [Fact]
    public void Shuffled_partners_show_no_structure()
    {
        var result = Run("ring", 9);
        Assert.InRange(result.Control.ToRatio.R2!.Value, -.02, .02);
        Assert.InRange(result.Control.ToRatio.Slope!.Value, -.02, .02);
        Assert.InRange(result.Control.Deviation, 0, .1);
        Assert.InRange(result.Control.Eigenvalues[0], .98, 1.02);
        Assert.InRange(result.Control.Eigenvalues[1], 0, .05);
    }

    [Fact]
    public void Rare_symbols_are_learned_without_breaking_out()
    {
        // Two symbols at the least probability: one meets only itself (a ratio of 200), one only the others.
        double[][] joint = [[.49, .2475, 0, .0025], [.2475, 0, 0, .0025], [0, 0, .005, 0], [.0025, .0025, 0, 0]];
        Assert.Empty(JointDistribution.Problems([.. joint]));
        var result = Run(new ClosedFormSpec(JointDistribution.Of(joint), 4, Seed: 7));
        Assert.All(result.Products.SelectMany(row => row), product => Assert.True(double.IsFinite(product)));
        Assert.InRange(result.Loss - result.Theory.MinimumLoss, -1e-9, .1);
    }

    [Fact]
    public void The_same_inputs_give_the_same_bits_and_another_seed_others()
    {
        var spec = Spec("clusters", 4) with { Steps = 30 };
        var (one, again, other) = (Run(spec), Run(spec), Run(spec with { Seed = 8 }));
        Assert.Equal(one.Products, again.Products);
        Assert.Equal(one.Curve, again.Curve);
        Assert.Equal(one.InputsSha256, again.InputsSha256);
        Assert.NotEqual(one.Products, other.Products);
        string[] hashes = [one.InputsSha256, other.InputsSha256, (spec with { Steps = 31 }).Sha256(), (spec with { Dimension = 5 }).Sha256(), (Spec("clusters", 4, 13) with { Steps = 30 }).Sha256()];
        Assert.Equal(5, hashes.Distinct().Count());
    }

    [Fact]
    public void Frames_lead_from_nothing_to_the_end()
    {
        var frames = new List<ClosedFormFrame>();
        var result = ClosedFormRun.Run(Spec("clusters", 4), frames.Add, Cancel);
        Assert.Equal(ClosedFormRun.Frames + 1, frames.Count);
        Assert.Equal((0, ClosedFormSpec.DefaultSteps), (frames[0].Step, frames[^1].Step));
        Assert.Null(frames[0].BatchLoss);
        Assert.Equal(result.Products, frames[^1].Products);
        Assert.Equal(result.Loss, frames[^1].Loss);
        Assert.True(frames[0].R2 < .1 && frames[^1].R2 > .99, $"from {frames[0].R2} to {frames[^1].R2}");
        // What spectral gives for a batch scatters about the loss of all pairs: their mean difference over the second half is small.
        Assert.InRange(frames.Skip(20).Average(f => f.BatchLoss!.Value - f.Loss), -.03, .03);
    }

    [Fact]
    public void It_ends_when_it_is_cancelled()
    {
        using var leaving = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => ClosedFormRun.Run(Spec("ring", 4), _ =>
        {
            if (++seen == 3) leaving.Cancel();
        }, leaving.Token));
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Other_threads_keep_their_number_of_libtorch_threads()
    {
        var before = torch.get_num_threads();
        var during = 0;
        Run(Spec("clusters", 4) with { Steps = 20 }, _ =>
        {
            // A new thread, while the run computes with one.
            var other = new Thread(() => during = torch.get_num_threads());
            other.Start();
            other.Join();
        });
        Assert.Equal((before, before), (torch.get_num_threads(), during));
    }

    /// <summary>The loss is the least one within half a percent of its size, the subspaces within 5°, and the eigenvalues within .02.</summary>
    private static void Near(ClosedFormResult result, int cut)
    {
        Assert.InRange(result.Loss - result.Theory.MinimumLoss, -1e-9, .005 * Math.Abs(result.Theory.MinimumLoss));
        Assert.Equal(cut, result.Subspace!.Dimensions);
        Assert.Equal(cut, result.Subspace.Angles.Count);
        Assert.All(result.Subspace.Angles, angle => Assert.InRange(angle, 0, 5));
        for (var k = 0; k < result.Theory.Kept; k++) Assert.Equal(result.Theory.Eigenvalues[k], result.Eigenvalues[k], .02);
    }

    private static ClosedFormSpec Spec(string preset, int dimension, int? symbols = null)
    {
        var found = JointPresets.Find(preset)!;
        return new ClosedFormSpec(found.Make(symbols ?? found.Symbols), dimension, Seed: 7);
    }

    private static ClosedFormResult Run(string preset, int dimension) => Run(Spec(preset, dimension));

    private static ClosedFormResult Run(ClosedFormSpec spec, Action<ClosedFormFrame>? show = null) => ClosedFormRun.Run(spec, show, Cancel);
}
