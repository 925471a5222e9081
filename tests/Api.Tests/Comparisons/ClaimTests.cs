using PatchSsl.Api.Comparisons;
using PatchSsl.Client.Contracts;
using Interval = PatchSsl.Core.Evaluation.Interval;
using Intervals = PatchSsl.Core.Evaluation.Intervals;

namespace PatchSsl.Api.Tests.Comparisons;

/// <summary>What tables with known figures say about the claims.</summary>
public sealed class ClaimTests
{
    private const int Images = 10_000;

    /// <summary>A row whose scores do not depend on the space or the classifier.</summary>
    /// <param name="bag">Accuracy of the bag of 16.</param>
    /// <param name="cosines">Mean cosine with the whole image of 1, 4 and 16 patches.</param>
    private static ComparedRecipe Row(string objective, string sampling, double bag, double whole, params double[] cosines)
    {
        string[] grids = ["grid:1", "grid:4", "grid:16"];
        var scores =
            from vectors in new[] { VectorKind.Embedding, VectorKind.Projection }
            from classifier in new[] { "knn", "linear" }
            from score in new[] { ("grid:1", bag - .1), ("grid:16", bag), ("whole", whole) }
            select new EvaluationScore(classifier, vectors, score.Item1, score.Item2);
        return new ComparedRecipe(
            $"{objective} {sampling}", objective, sampling, ComparedState.Ready, "run_1", "ev_1", null, 100, null, null, [.. scores],
            [.. cosines.Select((c, i) => new BagAgreement(VectorKind.Embedding, grids[i], c, .1))], 50_000, Images, "", null);
    }

    private static Claim Claim(int number, params ComparedRecipe[] rows)
    {
        var claim = Claims.Of(rows)[number - 1];
        Assert.Equal(number, claim.Number);
        return claim;
    }

    [Theory]
    [InlineData(.80, .75, Verdict.Supported)]
    [InlineData(.80, .80, Verdict.Undecided)] // ± 1.1 points: it may be worse by more than one
    [InlineData(.70, .75, Verdict.NotSupported)]
    public void Claim_1_sets_the_fixed_scale_bag_against_the_whole_image_of_the_multi_scale_twin(double bag, double whole, Verdict expected)
    {
        var claim = Claim(1, Row("vicreg", "fixed", bag, .1), Row("vicreg", "multi", .9, whole));
        Assert.Equal(expected, claim.Verdict);
        var deciding = Assert.Single(claim.Evidence, e => e.Decides);
        Assert.Equal((VectorKind.Embedding, "linear", Images), (deciding.Vectors, deciding.Classifier, deciding.Images));
        Assert.Equal(("vicreg fixed", "grid:16", bag), (deciding.Left.Recipe, deciding.Left.Patches, deciding.Left.Value));
        Assert.Equal(("vicreg multi", "whole", whole), (deciding.Right.Recipe, deciding.Right.Patches, deciding.Right.Value));
        Assert.Equal(bag - whole, deciding.Difference, 12);
        Assert.InRange(deciding.Difference, deciding.Low, deciding.High);
        Assert.Equal(4, claim.Evidence.Count);
        Assert.True(claim.Evidence[0].Decides);
    }

    [Theory]
    [InlineData(-.009, .02, Verdict.Supported)]
    [InlineData(-.01, .02, Verdict.Undecided)]
    [InlineData(-.009, -.001, Verdict.NotSupported)]
    [InlineData(0, .001, Verdict.Supported)]
    public void As_good_is_no_worse_than_by_a_point_and_not_surely_worse(double low, double high, Verdict expected) =>
        Assert.Equal(expected, Claims.AsGood(new Interval((low + high) / 2, low, high)));

    [Theory]
    [InlineData(.001, .02, Verdict.Supported)]
    [InlineData(-.01, .02, Verdict.Undecided)]
    [InlineData(-.02, -.001, Verdict.NotSupported)]
    public void Better_is_surely_better(double low, double high, Verdict expected) =>
        Assert.Equal(expected, Claims.Better(new Interval((low + high) / 2, low, high)));

    [Fact]
    public void One_objective_that_speaks_against_a_claim_decides_it_and_the_summary_names_each()
    {
        var claim = Claim(2, Row("vicreg", "multi", .85, .80), Row("simclr", "multi", .82, .78), Row("byol", "multi", .70, .75), Row("emp-ssl", "multi", .75, .75));
        Assert.Equal(Verdict.NotSupported, claim.Verdict);
        Assert.Equal("Supported for VICReg and SimCLR; not supported for BYOL; undecided for EMP-SSL.", claim.Summary);
        Assert.Equal(Verdict.Supported, Claim(2, Row("vicreg", "multi", .85, .80), Row("simclr", "multi", .82, .78)).Verdict);
        Assert.Equal(Verdict.Undecided, Claim(2, Row("vicreg", "multi", .85, .80), Row("simclr", "multi", .78, .78)).Verdict);
    }

    [Theory]
    [InlineData(Verdict.Supported, .7, .8, .9)]
    [InlineData(Verdict.Undecided, .7, .69, .9)]
    [InlineData(Verdict.Undecided, .7, .7, .7)]
    [InlineData(Verdict.NotSupported, .9, .8, .7)]
    public void Claim_3_looks_at_how_the_cosine_rises(Verdict expected, params double[] cosines)
    {
        var claim = Claim(3, Row("vicreg", "multi", .8, .8, cosines));
        Assert.Equal(expected, claim.Verdict);
        var evidence = Assert.Single(claim.Evidence);
        Assert.Equal(("grid:16", cosines[2], "grid:1", cosines[0]), (evidence.Left.Patches, evidence.Left.Value, evidence.Right.Patches, evidence.Right.Value));
        Assert.Null(evidence.Classifier);
        Assert.Contains(FormattableString.Invariant($"{cosines[2]:0.000}"), claim.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rows_to_tell_nothing_is_decided()
    {
        Assert.All(Claims.Of([]), c => Assert.Equal((Verdict.Undecided, 0), (c.Verdict, c.Evidence.Count)));
        var alone = Row("vicreg", "fixed", .8, .7, .7, .8, .9);
        Assert.All(Claims.Of([alone, Row("byol", "multi", .8, .7) with { State = ComparedState.Failed, Scores = [] }]), c => Assert.Empty(c.Evidence));
        Assert.Equal(Verdict.Undecided, Claim(3, Row("vicreg", "multi", .8, .8, .9)).Verdict);
    }

    [Fact]
    public void An_interval_of_shares_is_that_of_two_proportions()
    {
        var d = Intervals.OfShares(.6, 1_000, .5, 2_000);
        Assert.Equal(.1, d.Difference, 12);
        // 95 % of sqrt(.6·.4/1000 + .5·.5/2000) = .0374, within what two more answers change.
        Assert.InRange(d.High - d.Low, 2 * .0372, 2 * .0376);
        Assert.True(Intervals.OfShares(1, 10, 1, 10) is { Low: < -.1, High: > .1 }, "The interval keeps its width where every answer is right.");
        Assert.Equal(Intervals.OfShares(.5, 1_000, .6, 2_000).Low, -Intervals.OfShares(.6, 2_000, .5, 1_000).High, 12);
    }

    [Fact]
    public void An_interval_of_means_narrows_with_the_images()
    {
        var d = Intervals.OfMeans(.9, .3, .8, .4, 100);
        Assert.Equal(.1, d.Difference, 9);
        Assert.Equal(.1 - (1.959964 * .05), d.Low, 6);
        Assert.Equal(.1 + (1.959964 * .05), d.High, 6);
        Assert.Equal(.5, (Intervals.OfMeans(.9, .3, .8, .4, 400).High - .1) / (d.High - .1), 9);
    }
}
