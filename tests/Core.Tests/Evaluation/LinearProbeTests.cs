using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Embedding;
using TorchSharp;

namespace PatchSsl.Core.Tests.Evaluation;

[Collection(ProbeCollection.Name)]
public sealed class LinearProbeTests
{
    private const int Train = 3000, Test = 4000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Two_gaussians_are_told_apart_as_well_as_can_be()
    {
        // Means 2 apart, unit deviation: nobody does better than Φ(1) = .8413. Half of the values have another scale and place, and no meaning.
        var (file, labels) = Gaussians(2, distance: 2, dim: 8);
        using var _ = file;
        using var probe = Fit(file, labels[..Train], 2);
        foreach (var right in probe.Right(file, Train, labels[Train..], Cancel)) Assert.InRange((double)right.Sum(r => r) / Test, .8413 - .02, .8413 + .02);
    }

    [Fact]
    public void Noise_is_told_apart_by_chance()
    {
        var (file, labels) = Gaussians(4, distance: 0, dim: 16);
        using var _ = file;
        using var probe = Fit(file, labels[..Train], 4);
        foreach (var right in probe.Right(file, Train, labels[Train..], Cancel)) Assert.InRange((double)right.Sum(r => r) / Test, .25 - .03, .25 + .03);
    }

    [Fact]
    public void Classes_that_a_plane_separates_are_learned_whole()
    {
        var (file, labels) = Gaussians(3, distance: 30, dim: 6);
        using var _ = file;
        using var probe = Fit(file, labels[..Train], 3);
        Assert.All(probe.Right(file, Train, labels[Train..], Cancel), right => Assert.Equal(Test, right.Sum(r => r)));
    }

    [Fact]
    public void It_repeats_by_seed_and_its_seeds_differ()
    {
        var (file, labels) = Gaussians(4, distance: 1, dim: 16);
        using var _ = file;
        using var one = Fit(file, labels[..500], 4);
        using var again = Fit(file, labels[..500], 4);
        using var other = Fit(file, labels[..500], 4, seed: 8);
        int[] Right(LinearProbe probe) => [.. probe.Right(file, Train, labels[Train..], Cancel).Select(right => right.Sum(r => r))];
        Assert.Equal(one.LearningRate, again.LearningRate);
        Assert.Equal(Right(one), Right(again));
        Assert.NotEqual(Right(one), Right(other));
        Assert.True(Right(one).Distinct().Count() > 1);
    }

    [Fact]
    public void It_learns_nothing_from_what_comes_after_the_train_rows()
    {
        var (file, labels) = Gaussians(3, distance: 2, dim: 8);
        using var _ = file;
        using var spoiled = new FeatureFile(file.Rows, file.Dim);
        var rows = new float[Train * file.Dim];
        file.Read(0, rows);
        spoiled.Write(0, rows);
        spoiled.Write(Train, Enumerable.Repeat(1e6f, Test * file.Dim).ToArray());

        using var one = Fit(file, labels[..Train], 3);
        using var other = Fit(spoiled, labels[..Train], 3);
        Assert.Equal(one.LearningRate, other.LearningRate);
        Assert.Equal(one.Right(file, Train, labels[Train..], Cancel), other.Right(file, Train, labels[Train..], Cancel));
    }

    [Fact]
    public void The_rate_is_the_one_that_does_best_on_the_held_out_part_of_train()
    {
        // Far apart: the larger the rate, the surer the answers. Three hundred values of noise and sixty images: the larger, the surer of nonsense.
        var (easy, easyLabels) = Gaussians(3, distance: 30, dim: 6);
        var (noise, noiseLabels) = Gaussians(2, distance: 0, dim: 300);
        using (easy)
        using (noise)
        {
            using var sure = Fit(easy, easyLabels[..Train], 3);
            using var careful = Fit(noise, noiseLabels[..60], 2);
            Assert.InRange(sure.LearningRate, .3, 1);
            Assert.InRange(careful.LearningRate, .001, .1);
        }
    }

    [Fact]
    public void A_value_that_never_changes_counts_nothing()
    {
        var random = new Random(1);
        var labels = Enumerable.Range(0, 200).Select(i => i % 2).ToArray();
        using var file = new FeatureFile(200, 2);
        for (var i = 0; i < 200; i++) file.Write(i, [.1f, labels[i] + (float)(random.NextDouble() * .1)]);
        using var probe = Fit(file, labels[..100], 2);
        Assert.All(probe.Right(file, 100, labels[100..], Cancel), right => Assert.Equal(100, right.Sum(r => r)));
    }

    [Fact]
    public void Nothing_native_stays_behind()
    {
        var (file, labels) = Gaussians(3, distance: 2, dim: 4);
        using var _ = file;
        using (Fit(file, labels[..60], 3))
        {
        }
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var probe = Fit(file, labels[..60], 3)) probe.Right(file, Train, labels[Train..], Cancel);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static LinearProbe Fit(FeatureFile file, int[] labels, int classes, long seed = 7) =>
        LinearProbe.Fit(file, labels, classes, seed, TestModel.Runtime().Device, () => { }, Cancel);

    /// <summary>Rows of unit normal noise; the first half of the values is shifted by class, so that any two means lie <paramref name="distance"/> apart.</summary>
    private static (FeatureFile File, int[] Labels) Gaussians(int classes, double distance, int dim)
    {
        var random = new CounterRandom(11, "gaussians", dim);
        var file = new FeatureFile(Train + Test, dim);
        var labels = new int[Train + Test];
        var row = new float[dim];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = i % classes;
            for (var d = 0; d < dim; d++)
            {
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                var shift = d == labels[i] ? distance / Math.Sqrt(2) : 0;
                row[d] = (float)(d < dim / 2 ? normal + shift : 100 + (50 * normal));
            }
            file.Write(i, row);
        }
        return (file, labels);
    }
}
