using PatchSsl.Core.Embedding;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Evaluation;

/// <summary>Sets whose right answer is known: every class has one colour, with a little noise.</summary>
public sealed class KnnEvaluationTests : IDisposable
{
    private static readonly byte[][] Colours = [[200, 40, 40], [40, 200, 40], [40, 40, 200]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(VectorSpace.Embedding, 4)]
    [InlineData(VectorSpace.Projection, 0)]
    public void Classes_of_one_colour_each_are_told_apart(VectorSpace space, int grid)
    {
        var reporter = new Recorder();
        var result = Run(Coloured(90, i => i % 3, i => i % 5 == 0 ? "test" : "train"), space, grid, reporter);

        Assert.Equal([(72, .1, 1.0), (20, .07, 1.0)], result.Scores.Select(s => (s.K, s.Temperature, s.Accuracy)));
        Assert.Equal(["raw pixels", "raw pixels", "untrained encoder", "untrained encoder"], result.Baselines.Select(b => b.Name));
        Assert.All(result.Baselines, b => Assert.Equal(1, b.Accuracy));
        Assert.Equal((72, 18), (result.TrainImages, result.TestImages));
        Assert.Equal(64, result.CheckpointSha256.Length);
        Assert.Equal((270L, 270L, "images"), reporter.Steps[^1]);
        Assert.Contains("split test", result.Protocol);
        Assert.Contains("float32", result.Protocol);
    }

    [Fact]
    public void Wrong_labels_of_the_queries_score_nothing()
    {
        // The test images carry the label of the next colour.
        var result = Run(Coloured(90, i => i % 3, i => i % 5 == 0 ? "test" : "train", shift: 1), VectorSpace.Embedding, 4);
        Assert.All(result.Scores, s => Assert.Equal(0, s.Accuracy));
        Assert.All(result.Baselines, b => Assert.Equal(0, b.Accuracy));
    }

    [Fact]
    public void Without_a_test_split_a_fifth_is_held_out_by_the_seed()
    {
        var store = Coloured(90, i => i % 3, _ => "train");
        var result = Run(store, VectorSpace.Hidden, 4);
        Assert.Equal((72, 18), (result.TrainImages, result.TestImages));
        Assert.Equal(1, result.Scores[0].Accuracy);
        Assert.Contains("drawn with seed 5", result.Protocol);
    }

    [Fact]
    public void Unlabelled_images_take_no_part()
    {
        var result = Run(Coloured(90, i => i % 4 == 3 ? -1 : i % 3, i => i % 5 == 0 ? "test" : "train"), VectorSpace.Embedding, 1);
        Assert.Equal(68, result.TrainImages + result.TestImages);
    }

    [Theory]
    [InlineData(-1, "no labels")]
    [InlineData(0, "two classes")]
    public void A_set_without_two_classes_fails_the_job_in_words(int label, string words)
    {
        var failure = Assert.Throws<JobFailedException>(() => Run(Coloured(30, _ => label, i => i % 5 == 0 ? "test" : "train"), VectorSpace.Embedding, 1));
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public void It_stops_when_asked()
    {
        using var stop = new CancellationTokenSource();
        var spec = new KnnSpec(Coloured(30, i => i % 3, _ => "train"), TestModel.Save(_folder), VectorSpace.Embedding, new PatchGrid(1), 5);
        Assert.Throws<OperationCanceledException>(() => KnnEvaluation.Run(spec, TestModel.Runtime(), new Recorder(_ => stop.Cancel()), stop.Token));
    }

    private KnnResult Run(string store, VectorSpace space, int grid, Recorder? reporter = null) => KnnEvaluation.Run(
        new KnnSpec(store, TestModel.Save(_folder), space, new PatchGrid(grid), 5), TestModel.Runtime(), reporter ?? new Recorder(),
        TestContext.Current.CancellationToken);

    private string Coloured(int count, Func<int, int> colour, Func<int, string> split, int shift = 0)
    {
        var noise = TestModel.Noise();
        return TestModel.Store(_folder, count, Describe, (i, x, y) =>
        {
            var paint = Colours[Math.Max(0, colour(i))];
            return [.. noise(i, x, y).Zip(paint, (n, c) => (byte)(c + n % 24))];
        });

        (string?, string, int, int) Describe(int i)
        {
            var label = colour(i);
            if (split(i) == "test" && label >= 0) label = (label + shift) % 3;
            return (label < 0 ? null : $"class{label}", split(i), 20, 20);
        }
    }
}
