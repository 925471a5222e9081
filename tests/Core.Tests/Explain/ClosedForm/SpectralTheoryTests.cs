using PatchSsl.Core.Explain.ClosedForm;

namespace PatchSsl.Core.Tests.Explain.ClosedForm;

/// <summary>The theory against numbers of numpy.linalg.eigh on joints that were built there anew.</summary>
public sealed class SpectralTheoryTests
{
    private static readonly double[][] Small = [[.30, .05, .05], [.05, .20, .00], [.05, .00, .30]];

    [Fact]
    public void A_joint_written_by_hand_has_numpys_eigenvalues_and_best_products()
    {
        var theory = SpectralTheory.Of(JointDistribution.Of(Small), 2);
        Near([1, .8317951647929733, .5753476923498839], theory.Eigenvalues, 1e-12);
        double[][] best = [[1.0388525, 1.24439253, .78103105], [1.24439253, 2.53729367, -.37737266], [.78103105, -.37737266, 2.23408784]];
        for (var i = 0; i < 3; i++) Near(best[i], theory.Best[i], 1e-7);
        Assert.Equal(-1.6918831961729697, theory.MinimumLoss, 12);
        Assert.Equal((3, 0, 2, 2, true), (theory.Rank, theory.Negative, theory.Kept, theory.Cut, theory.IsUnique));
    }

    [Theory]
    [InlineData("clusters", 3, new[] { 1, .67597406, .62465991, .5086454, 0, 0 }, -1.84714094, .76604643, 2.12198685, 2.06881770)]
    [InlineData("clusters", 8, new[] { 1, .67597406, .62465991, .5086454, 0, 0 }, -2.10586109, 1, 2.12198685, 2.12198685)]
    [InlineData("ring", 5, new[] { 1, .62744331, .62744331, .18462361, .18462361, .03005929 }, -1.85554197, .99787051, 2.44329278, 2.42046128)]
    [InlineData("chain", 4, new[] { 1, .91560858, .69625069, .4400133, .23612999, .10936795 }, -2.51671578, .95594313, 4.68218088, 4.46815109)]
    [InlineData("hierarchy", 8, new[] { 1, .81, .81, .81, .3025, .3025, .3025, .3025, 0 }, -3.334325, 1, 4.64, 4.64)]
    [InlineData("opposites", 8, new[] { 1, .7, .7, .7, .7, .7, -.7, -.7, -.7, -.7, -.7, -.7 }, -3.45, .45454545, 8.7, 4.5)]
    public void Presets_have_numpys_numbers(string preset, int dimension, double[] eigenvalues, double minimum, double attainable, double ratio01, double best01)
    {
        var theory = Of(preset, dimension);
        Near(eigenvalues, theory.Eigenvalues.Take(eigenvalues.Length), 1e-8);
        Assert.Equal(minimum, theory.MinimumLoss, 1e-8);
        Assert.Equal(attainable, theory.AttainableR2!.Value, 1e-8);
        Assert.Equal(ratio01, theory.Joint.Ratio(0, 1), 1e-8);
        Assert.Equal(best01, theory.Best[0][1], 1e-8);
        // The loss of the best products, summed over all pairs, is the least.
        Assert.Equal(minimum, theory.Loss([.. theory.Best.Select(row => row.ToArray())]), 1e-8);
    }

    [Fact]
    public void Only_the_preset_that_no_images_can_make_has_negative_eigenvalues() =>
        Assert.All(JointPresets.All, p => Assert.Equal(p.OfImages, Of(p.Name, 4).Negative == 0));

    [Fact]
    public void Every_preset_makes_a_joint_at_every_size()
    {
        foreach (var preset in JointPresets.All)
        {
            for (var n = preset.FewestSymbols; n <= JointDistribution.MostSymbols; n++)
            {
                var joint = preset.Make(n);
                Assert.Equal((n, 1.0), (joint.Symbols, Math.Round(joint.Rows.Sum(r => r.Sum()), 12)));
            }
        }
    }

    [Fact]
    public void Ties_at_the_cut_and_missing_gaps_are_told()
    {
        // Three eigenvalues of .81: two of them are as good as any other two.
        Assert.False(Of("hierarchy", 3).IsUnique);
        Assert.True(Of("hierarchy", 4).IsUnique);
        // Every symbol only with itself: all eigenvalues are 1, and no gap sets any of them off.
        var alone = JointDistribution.Of([[.5, 0], [0, .5]]);
        Assert.Equal((0, false), (SpectralTheory.Of(alone, 1).Cut, SpectralTheory.Of(alone, 1).IsUnique));
    }

    [Fact]
    public void Independence_leaves_nothing_to_explain()
    {
        var theory = Of("independent", 4);
        Assert.Null(theory.AttainableR2);
        Assert.Equal((1, 1), (theory.Rank, theory.Kept));
        Assert.Equal(-1, theory.MinimumLoss, 1e-9);
    }

    private static SpectralTheory Of(string preset, int dimension)
    {
        var found = JointPresets.Find(preset)!;
        return SpectralTheory.Of(found.Make(found.Symbols), dimension);
    }

    private static void Near(IEnumerable<double> expected, IEnumerable<double> got, double tolerance)
    {
        foreach (var (e, g) in expected.Zip(got)) Assert.Equal(e, g, tolerance);
    }
}
