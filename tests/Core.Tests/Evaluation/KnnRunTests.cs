using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Evaluation;

public sealed class KnnRunTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Theory]
    [InlineData(VectorSpace.Embedding, 4)]
    [InlineData(VectorSpace.Projection, 0)]
    public void Classes_of_one_colour_each_are_told_apart(VectorSpace space, int grid)
    {
        var reporter = new Recorder();
        var spec = _sets.Spec(ThreeColours(), EvaluationKind.Knn, space, grid) with { Baselines = true };
        var result = _sets.Run(spec, reporter);

        var patches = grid == 0 ? "whole" : "grid:4";
        Assert.Equal(
            [
                new("model", "knn", space, patches, 1, K: 72, Temperature: .1), new("model", "knn", space, patches, 1, K: 20, Temperature: .07),
                new("raw pixels", "knn", null, "whole", 1, K: 72, Temperature: .1), new("raw pixels", "knn", null, "whole", 1, K: 20, Temperature: .07),
                new("untrained encoder", "knn", space, patches, 1, K: 72, Temperature: .1),
                new("untrained encoder", "knn", space, patches, 1, K: 20, Temperature: .07),
            ],
            result.Scores);
        Assert.Empty(result.Agreement);
        Assert.Equal((72, 18), (result.TrainImages, result.TestImages));
        Assert.Equal(64, result.CheckpointSha256.Length);
        Assert.Equal((270L, 270L, "images"), reporter.Steps[^1]);
        Assert.Equal(6, reporter.Lines.Count(l => l.Contains("of 18 images (95 %", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_protocol_says_what_it_takes_to_repeat_it()
    {
        var result = _sets.Run(_sets.Spec(ThreeColours(), EvaluationKind.Knn, VectorSpace.Hidden));
        foreach (var words in new[]
        {
            "split test", "72 train and 18 test images", "grid:4", "0.25 of the image's area", "without colour augmentation", "hidden", "float32",
            "(72, 0.1), (20, 0.07)", "published k 200 and 20, clipped to the bank of 72 images", "Seed 5", result.CheckpointSha256,
        })
        {
            Assert.Contains(words, result.Protocol);
        }
    }

    [Fact]
    public void A_result_is_held_against_the_largest_class_a_guess_and_each_baseline()
    {
        // Two thirds are of class 0 and all are noise of one colour: nothing tells them apart, and everyone answers the largest class.
        var store = _sets.Coloured(90, _ => 0, Split, i => i % 3 == 0 ? 1 : 0);
        var result = _sets.Run(_sets.Spec(store, EvaluationKind.Knn) with { Baselines = true, Neighbours = [new(72, .1)] });
        var reading = result.Reading;
        Assert.Equal(2, reading.Classes);
        Assert.Equal(2 / 3.0, reading.LargestClassShare, 1e-9);
        Assert.Null(reading.TrainedOnTest);
        Assert.Equal(["raw pixels", "untrained encoder", "largest class"], reading.Tests.Select(t => t.Baseline));
        var constant = reading.Tests[^1];
        Assert.Equal((0, result.Scores[0].Accuracy), (constant.Score, reading.LargestClassShare + ((constant.Better - constant.Worse) / 18.0)));
        Assert.Equal(1, constant.PValue);

        // Colours tell classes apart, which beats the largest class on every image of the others.
        var told = _sets.Run(_sets.Spec(ThreeColours(), EvaluationKind.Knn)).Reading.Tests.First(t => t.Baseline == "largest class");
        Assert.Equal((12, 0), (told.Better, told.Worse));
        Assert.Equal(2 / 4096.0, told.PValue, 1e-12);
    }

    [Fact]
    public void Test_images_that_a_run_of_the_dataset_was_trained_on_are_counted()
    {
        // Without other splits than train, a run learns from all but a twentieth; a fifth of the same is asked.
        var open = _sets.Coloured(90, i => i % 3, _ => "train");
        var run = new TrainedOn(Seed: 9, BatchImages: 8);
        var seen = _sets.Run(_sets.Spec(open, EvaluationKind.Knn) with { TrainedOn = run });
        using var store = ImageStore.Open(open);
        var training = TrainingSplit.Of(store, run.BatchImages, run.Seed);
        Assert.Equal((86, 4), (training.Training.Length, training.HeldOut.Length));
        Assert.InRange(seen.Reading.TrainedOnTest!.Value, seen.TestImages - 4, seen.TestImages);

        // Of a dataset with a split test none of it is trained on.
        Assert.Equal(0, _sets.Run(_sets.Spec(ThreeColours(), EvaluationKind.Knn) with { TrainedOn = run }).Reading.TrainedOnTest);
    }

    [Fact]
    public void Wrong_labels_of_the_queries_score_nothing()
    {
        // The test images carry the label of the next colour.
        var store = _sets.Coloured(90, i => i % 3, Split, i => Split(i) == "test" ? (i + 1) % 3 : i % 3);
        var result = _sets.Run(_sets.Spec(store, EvaluationKind.Knn) with { Baselines = true });
        Assert.All(result.Scores, s => Assert.Equal(0, s.Accuracy));
    }

    [Fact]
    public void Settings_that_are_asked_for_are_used()
    {
        var spec = _sets.Spec(ThreeColours(), EvaluationKind.Knn) with { Neighbours = [new(72, .5), new(1, .2)] };
        Assert.Equal([(72, .5), (1, .2)], _sets.Run(spec).Scores.Select(s => (s.K!.Value, s.Temperature!.Value)));
    }

    [Theory]
    [InlineData(73, .1, "k is 73 and the bank has 72 images")]
    [InlineData(0, .1, "k is 0")]
    [InlineData(5, 0, "temperature is 0")]
    [InlineData(5, double.NaN, "temperature is NaN")]
    public void Settings_that_cannot_be_are_refused_by_value(int k, double temperature, string words)
    {
        var spec = _sets.Spec(ThreeColours(), EvaluationKind.Knn) with { Neighbours = [new(k, temperature)] };
        Assert.Contains(words, Assert.Throws<JobFailedException>(() => _sets.Run(spec)).Message);
    }

    [Theory]
    [InlineData(-1, "no labels")]
    [InlineData(0, "two classes")]
    public void A_set_without_two_classes_fails_the_job_in_words(int label, string words)
    {
        var store = _sets.Coloured(30, _ => label, Split);
        foreach (var kind in Enum.GetValues<EvaluationKind>())
            Assert.Contains(words, Assert.Throws<JobFailedException>(() => _sets.Run(_sets.Spec(store, kind))).Message);
    }

    [Fact]
    public void Vectors_that_are_not_numbers_fail_the_job()
    {
        var spec = _sets.Spec(ThreeColours(), EvaluationKind.Linear, spoil: model => model.Parameters()[0].Parameter.fill_(float.NaN));
        Assert.Contains("diverged", Assert.Throws<JobFailedException>(() => _sets.Run(spec)).Message);
    }

    [Fact]
    public void It_stops_when_asked()
    {
        using var stop = new CancellationTokenSource();
        var spec = _sets.Spec(ThreeColours(), EvaluationKind.Sweep);
        Assert.Throws<OperationCanceledException>(() => EvaluationRun.Run(spec, TestModel.Runtime(), new Recorder(_ => stop.Cancel()), stop.Token));
    }

    private static string Split(int i) => i % 5 == 0 ? "test" : "train";

    private string ThreeColours() => _sets.Coloured(90, i => i % 3, Split);
}
