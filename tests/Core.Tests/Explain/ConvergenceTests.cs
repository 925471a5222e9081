using PatchSsl.Core.Explain;
using PatchSsl.Core.Explain.Convergence;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Evaluation;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Explain;

public sealed class ConvergenceTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    /// <summary>Made-up vectors; every number is numpy's.</summary>
    [Fact]
    public void Curves_are_those_of_numpy()
    {
        var shifts = new Dictionary<int, double> { [1] = 1, [4] = .5, [9] = .1 };
        var curve = Cosines.Curve(VectorSpace.Embedding, 4, [1, 4, 9], Rows(0), n => Rows(shifts[n]), [1, 2, 3, 4, 5, 0], seed: 1);

        var (first, middle, last) = (curve.Points[0], curve.Points[1], curve.Points[2]);
        Assert.Equal((1, 4, 9), (first.Patches, middle.Patches, last.Patches));
        Close([.688102929951865, .11354044473731846, .5253818411856817, .6566132037074018, .7164577584693053, .7718735495845521, .782889456522218],
            [first.Cosine.Mean.Mean, first.Cosine.Deviation, first.Cosine.P5, first.Cosine.Q1, first.Cosine.Median, first.Cosine.Q3, first.Cosine.P95]);
        Close([.02892126984962143, .539589107923593, -.4452138462340825, .742429264553778], Means(first));
        Close([.34218472771039105, .8770781656905609, .02703884262232818, .9462978685514208], Means(middle));
        Close([.5954871398968321, .9949338780080361, .40519841217887764, 1], Means(last));
        Assert.Equal(.30844899769117845, curve.Rise.Mean, 1e-9);
        Assert.Equal(.9949338780080361 - .40519841217887764, curve.Own.Difference.Mean, 1e-9);
        Assert.Equal((ExpectationVerdict.AsExpected, 9, 0), (curve.Trend.Verdict, curve.Trend.Peak, curve.Falls));

        // The other way round it falls, and says so.
        var falling = Cosines.Curve(VectorSpace.Embedding, 4, [1, 4, 9], Rows(0), n => Rows(n == 1 ? .1 : n == 4 ? .5 : 1), [1, 2, 3, 4, 5, 0], seed: 1);
        Assert.Equal((ExpectationVerdict.Against, 1, 2), (falling.Trend.Verdict, falling.Trend.Peak, falling.Falls));

        static float[] Rows(double shift) => [.. Enumerable.Range(0, 24).Select(k => (float)(Math.Sin((k * 1.3) + shift) + .5))];
        static double[] Means(ConvergencePoint p) => [p.Other.Mean.Mean, p.Centred.Mean.Mean, p.CentredOther.Mean.Mean, p.Largest.Mean.Mean];
        static void Close(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_bag_is_the_image_where_every_patch_looks_like_it()
    {
        var reporter = new Recorder();
        var result = Run(_sets.Plain(48), reporter, [1, 9, 16], split: null);

        // Of the two parts, the one for testing is taken.
        Assert.Equal((12, 12, "test"), (result.Images, result.ImagesFrom, result.Split));
        Assert.Equal([VectorSpace.Embedding, VectorSpace.Projection], result.Curves.Select(c => c.Vectors));
        foreach (var point in result.Curves.SelectMany(c => c.Points))
        {
            Assert.Equal(1, point.Cosine.Mean.Mean, 1e-5);
            Assert.Equal(1, point.Centred.Mean.Mean, 1e-3);
            Assert.Equal(1, point.Largest.P5, 1e-5);
            Assert.InRange(point.CentredOther.Mean.Mean, -1, .99);
        }
        Assert.All(result.Curves, c => Assert.Equal(ExpectationVerdict.AsExpected, c.Own.Verdict));
        Assert.Equal((12 * 27L, 12 * 27L, "patches"), reporter.Steps[^1]);
        Assert.Contains("all 12 images of split test", result.Protocol, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Samples_repeat_and_an_encoder_alone_gives_one_curve()
    {
        var store = _sets.Coloured(30, i => i % 3, _ => "train", noise: 200);
        var once = Run(store, new Recorder(), [1, 4], split: "train", images: 8);
        var again = Run(store, new Recorder(), [4, 1], split: "train", images: 8);
        Assert.Equal((8, 30), (once.Images, once.ImagesFrom));
        Assert.Equivalent(once.Curves, again.Curves);
        Assert.Contains("8 of 30 images", once.Protocol);

        var spec = new ConvergenceSpec(store, TestModel.SaveEncoder(_sets.Folder()), [VectorSpace.Embedding], [1, 4], null, 8, 1);
        Assert.Single(Run(spec, new Recorder()).Curves);
        var failure = Assert.Throws<JobFailedException>(() => Run(spec with { Vectors = [VectorSpace.Projection] }, new Recorder()));
        Assert.Contains("projection", failure.Message);
        Assert.Contains("'validation'", Assert.Throws<JobFailedException>(() => Run(spec with { Split = "validation" }, new Recorder())).Message);
        Assert.Contains("three images", Assert.Throws<JobFailedException>(() => Run(spec with { Images = 2 }, new Recorder())).Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public void The_control_takes_every_other_image_once(int images)
    {
        var others = ConvergenceRun.Others(images, seed: 2);
        Assert.Equal(Enumerable.Range(0, images), others.Order());
        Assert.DoesNotContain(true, others.Select((other, i) => other == i));
    }

    [Fact]
    public void A_diverged_model_and_a_stop_end_it()
    {
        var store = _sets.Coloured(6, i => i % 3, _ => "train");
        var broken = TestModel.Save(_sets.Folder(), model => model.State()[0].Value.fill_(float.NaN));
        var spec = new ConvergenceSpec(store, broken, [VectorSpace.Embedding], [1, 4], null, 8, 1);
        Assert.Contains("diverged", Assert.Throws<JobFailedException>(() => Run(spec, new Recorder())).Message);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ConvergenceRun.Run(
            spec with { CheckpointPath = TestModel.Save(_sets.Folder()), Counts = [1, 256] }, TestModel.Runtime(), new Recorder(_ => stop.Cancel()), stop.Token));
    }

    private ConvergenceResult Run(string store, Recorder reporter, int[] counts, string? split, int images = 100) => Run(
        new ConvergenceSpec(store, TestModel.Save(_sets.Folder()), [VectorSpace.Embedding, VectorSpace.Projection], counts, split, images, 1), reporter);

    private static ConvergenceResult Run(ConvergenceSpec spec, Recorder reporter) =>
        ConvergenceRun.Run(spec, TestModel.Runtime(), reporter, TestContext.Current.CancellationToken);
}
