using PatchSsl.Api.Database;
using PatchSsl.Api.Evaluations;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Evaluations;

/// <summary>What is said of an evaluation's headline, from its row alone.</summary>
public sealed class FindingTests
{
    private const string Untrained = "untrained encoder", LargestClass = "largest class", RawPixels = "raw pixels";

    [Fact]
    public void What_is_to_be_minded_comes_before_what_speaks_for_the_model()
    {
        var row = Row(400, .6, new(9, "things", .3, 17, [Test(Untrained, 120, 20, 1e-9), Test(LargestClass, 150, 30, 1e-9), Test(RawPixels, 10, 9, 1)]));
        var found = Findings.Of(row);
        Assert.Equal([FindingKind.TrainedOnTest, FindingKind.NoBetter, FindingKind.Better, FindingKind.Better], found.Select(f => f.Kind));
        Assert.Equal("Trained on these images: 17 of the 400 test images were among those the model learned from, without their labels.", found[0].Text);
        Assert.Equal("No better than raw pixels: 60.0 % against 50.0 % (better on 10 images, worse on 9: McNemar's exact test, p = 1.000).", Plain(found[1]));
        Assert.Equal("Better than the untrained encoder: 60.0 % against 20.0 % (better on 120 images, worse on 20: McNemar's exact test, p < 0.001).", Plain(found[2]));
        Assert.StartsWith("Better than always answering the largest class: 60.0 % against 30.0 %", Plain(found[3]));
    }

    [Fact]
    public void Few_images_are_counted_and_the_interval_told()
    {
        var found = Findings.Of(Row(24, 13 / 24.0, new(5, "things", 13 / 24.0, 24, [Test(Untrained, 0, 0, 1), Test(LargestClass, 0, 0, 1)])));
        Assert.Equal([FindingKind.TrainedOnTest, FindingKind.FewImages, FindingKind.NoBetter, FindingKind.NoBetter, FindingKind.NoBetter], found.Select(f => f.Kind));
        Assert.Contains("all 24 test images", found[0].Text);
        Assert.Equal("Measured on 24 images only: on all images like these it may be anything from 35 to 72 % (95 % interval).", found[1].Text);
        Assert.Contains("they agree on every image", found[2].Text);
    }

    [Fact]
    public void A_model_that_the_baseline_beats_is_worse()
    {
        var found = Findings.Of(Row(400, .2, new(9, "things", .6, 0, [Test(LargestClass, 30, 190, 1e-9)])));
        Assert.Contains(found, f => f.Kind == FindingKind.Worse && f.Text.StartsWith("Worse than always answering the largest class", StringComparison.Ordinal));
        Assert.DoesNotContain(found, f => f.Kind is FindingKind.TrainedOnTest or FindingKind.FewImages);
    }

    /// <summary>Rows of earlier versions kept neither the largest class nor an answer an image.</summary>
    [Fact]
    public void A_row_of_an_earlier_version_is_judged_by_the_interval_of_the_difference()
    {
        var found = Findings.Of(Row(400, .55, null));
        Assert.Equal([FindingKind.NoBetter, FindingKind.Better], found.Select(f => f.Kind));
        Assert.StartsWith("No better than raw pixels: 55.0 % against 50.0 % (95 % interval of the difference −1.9 to +11.9 points", Plain(found[0]));
        Assert.StartsWith("Better than the untrained encoder: 55.0 % against 20.0 %", Plain(found[1]));
    }

    [Fact]
    public void What_is_not_ready_is_worth_nothing_yet() => Assert.Empty(Findings.Of(Row(400, .5, null, ResourceState.Building)));

    private static string Plain(EvaluationFinding finding) => finding.Text.Replace('\u00a0', ' ');

    private static BaselineTest Test(string baseline, int better, int worse, double p) => new(
        baseline, "knn", VectorKind.Embedding, "grid:16", 200, .1, better, worse, p,
        p >= .05 ? BaselineOutcome.NoDifference : better > worse ? BaselineOutcome.Better : BaselineOutcome.Worse);

    private static EvaluationRow Row(int images, double accuracy, EvaluationReading? reading, ResourceState state = ResourceState.Ready) => new()
    {
        Id = "ev",
        ModelId = "ck",
        DatasetId = "ds",
        Patches = "grid:16",
        State = state,
        TestImages = images,
        Accuracy = accuracy,
        Scores = [new("knn", VectorKind.Embedding, "grid:16", accuracy, K: 200, Temperature: .1)],
        Baselines =
        [
            new(RawPixels, "knn", null, "whole", .5, K: 200, Temperature: .1), new(Untrained, "knn", VectorKind.Embedding, "grid:16", .2, K: 200, Temperature: .1),
        ],
        Reading = reading,
    };
}
