using System.Text.Json;
using PatchSsl.Core.Explain.Cooccurrence;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Evaluation;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Explain.Cooccurrence;

public sealed class CooccurrenceRunTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Fact]
    public void Images_of_one_colour_each_show_co_occurrence_and_their_shuffle_none()
    {
        var reporter = new Recorder();
        var spec = Spec(Coloured(48));
        var result = Run(spec with { Options = Small with { Codes = 3 } }, reporter);

        Assert.Equal((36, 12, 36L * 6), (result.TrainImages, result.HeldOutImages, result.TrainPairs));
        Assert.Equal(["Embedding True", "Projection True", "Projection False"], result.Measures.Select(m => $"{m.Vectors} {m.Unit}"));
        Assert.Equal(18, result.Fits.Count);
        foreach (var fit in result.Fits.Where(f => f.Against == FitAgainst.Ratio && f.Cells == FitCells.All && result.Measures[f.Measure].Unit))
        {
            // A code a colour, and the directions of colours that share no image differ even in an untrained network; its lengths mean nothing.
            Assert.InRange(fit.Measured.RSquared.Value!.Value, .95, 1);
            Assert.True(fit.Measured.RSquared.Low > fit.Control.RSquared.Value);
            Assert.True(fit.Measured.Slope.Low > 0);
            Assert.InRange(fit.Control.Slope.Low!.Value, double.NegativeInfinity, 0);
            Assert.InRange(fit.Control.Slope.High!.Value, 0, double.PositiveInfinity);
        }
        Assert.Equal(3 * 4 / 2, result.CellsKept + result.CellsTooFew + result.CellsUnmeasured);
        Assert.Equal(result.CellsKept, result.Cells.Count);
        Assert.All(result.Cells, c => Assert.Equal(c.Observed / c.Expected, c.Ratio, 9));
        Assert.Equal((36L * 4, 12L * 4), (result.Codes.Sum(c => c.TrainPatches), result.Codes.Sum(c => c.HeldOutPatches)));
        Assert.Equal(reporter.Steps[^1].Total, reporter.Steps[^1].Done);
        Assert.Equal(reporter.Steps.Order(), reporter.Steps);
        Assert.Equal(4, reporter.Lines.Count);
        foreach (var words in new[] { "36 images of the split train", "12 of the split test", "seed 5", "0.25 of the image's area", "ε 1", result.CheckpointSha256 })
            Assert.Contains(words, result.Protocol);
    }

    [Fact]
    public void Examples_are_training_patches_of_their_code_and_of_different_images()
    {
        var spec = Spec(Coloured(48));
        var result = Run(spec);
        using var store = ImageStore.Open(spec.DatasetDirectory);
        foreach (var code in result.Codes)
        {
            Assert.InRange(code.Examples.Count, 1, 4);
            Assert.Equal(code.Examples.Count, code.Examples.Select(e => e.Image).Distinct().Count());
            // The coloured images differ by class, and a code holds one colour.
            Assert.Single(code.Examples.Select(e => store.ClassIndex(e.Image)).Distinct());
            Assert.All(code.Examples, e => Assert.Equal("train", store.Info(e.Image).Split));
        }
    }

    [Fact]
    public void A_seed_gives_the_same_bytes_and_another_gives_others()
    {
        var spec = Spec(Coloured(48));
        Assert.Equal(Text(spec), Text(spec));
        Assert.NotEqual(Text(spec), Text(spec with { Seed = 6 }));

        static string Text(CooccurrenceSpec spec) => JsonSerializer.Serialize(Run(spec));
    }

    [Fact]
    public void A_dataset_without_splits_is_halved_and_an_encoder_alone_gives_embeddings()
    {
        var store = TestModel.Store(_sets.Folder(), 20, _ => (null, "all", 20, 24), TestModel.Noise());
        var spec = new CooccurrenceSpec(store, TestModel.SaveEncoder(_sets.Folder()), Small with { Placement = PatchPlacement.Grid }, 1);
        var result = Run(spec);
        Assert.Equal((10, 10), (result.TrainImages, result.HeldOutImages));
        Assert.Equal(["Embedding True", "Embedding False"], result.Measures.Select(m => $"{m.Vectors} {m.Unit}"));
        Assert.Contains("may have been trained on either", result.Protocol);
        Assert.Null(result.Objective);
    }

    [Fact]
    public void What_cannot_be_compared_fails_in_words()
    {
        var spec = Spec(Coloured(48));
        Assert.Contains("smaller minPairs", Assert.Throws<JobFailedException>(() => Run(spec with { Options = Small with { MinPairs = 9_000 } })).Message);
        Assert.Contains("codes is 1", Assert.Throws<JobFailedException>(() => Run(spec with { Options = Small with { Codes = 1 } })).Message);
        var broken = TestModel.Save(_sets.Folder(), model => model.Parameters()[0].Parameter.fill_(float.NaN));
        Assert.Contains("diverged", Assert.Throws<JobFailedException>(() => Run(spec with { CheckpointPath = broken })).Message);
    }

    [Fact]
    public void It_stops_when_asked()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            CooccurrenceRun.Run(Spec(Coloured(48)), TestModel.Runtime(), new Recorder(_ => stop.Cancel()), stop.Token));
    }

    [Theory]
    [InlineData("train:1,test:1", 6, 4, "datasetId")]
    [InlineData("all:1", 6, 4, "datasetId")]
    [InlineData("train:2,test:5", 9, 4, "codes")]
    [InlineData("train:9,test:5", 6, 5, "patchesPerImage")]
    [InlineData("train:9,test:5", 1, 65, "codes,patchesPerImage")]
    [InlineData("train:9,val:5", 6, 4, "")]
    public void Refusals_name_every_field(string splits, int codes, int perImage, string fields)
    {
        var sizes = splits.Split(',').Select(s => s.Split(':')).ToDictionary(s => s[0], s => int.Parse(s[1], null));
        var placement = perImage == 65 ? PatchPlacement.Random : PatchPlacement.Grid;
        var (plan, problems) = CooccurrencePlan.Of(sizes, Small with { Codes = codes, PatchesPerImage = perImage, Placement = placement });
        Assert.Equal(fields, string.Join(',', problems.Select(p => p.Field).Order()));
        Assert.Equal(fields == "", plan is not null);
    }

    private static CooccurrenceOptions Small => new() { PatchesPerImage = 4, Codes = 6, PixelSide = 4, MinPairs = 2 };

    private CooccurrenceSpec Spec(string store) => new(store, TestModel.Save(_sets.Folder()), Small, Seed: 5);

    private string Coloured(int count) => _sets.Coloured(count, i => i % 3, i => i / 3 % 4 == 0 ? "test" : "train");

    private static CooccurrenceResult Run(CooccurrenceSpec spec, IJobReporter? reporter = null) =>
        CooccurrenceRun.Run(spec, TestModel.Runtime(), reporter ?? new Recorder(), TestContext.Current.CancellationToken);
}
