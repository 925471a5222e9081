using PatchSsl.Core.Embedding;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Evaluation;

[Collection(ProbeCollection.Name)]
public sealed class SweepTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Fact]
    public void What_no_centre_patch_shows_is_at_chance_with_one_patch_and_certain_with_more()
    {
        var spec = _sets.Spec(_sets.ColouredCorners(96), EvaluationKind.Sweep) with
        {
            Vectors = [VectorSpace.Embedding, VectorSpace.Projection],
            Patches = [new(1), new(4), new(16)],
            Neighbours = [new(5, .07)],
        };
        var reporter = new Recorder();
        var result = _sets.Run(spec, reporter);

        Assert.Equal((72, 24), (result.TrainImages, result.TestImages));
        string[] patches = ["grid:1", "grid:4", "grid:16", "whole"];
        string[] classifiers = ["knn", "linear"];
        Assert.Equal(
            from space in spec.Vectors from p in patches from c in classifiers select ("model", c, (VectorSpace?)space, p),
            result.Scores.Select(s => (s.Of, s.Classifier, s.Vectors, s.Patches)));
        foreach (var score in result.Scores)
        {
            // All centres are one grey patch: whatever is answered, it is the same for every image, and a third of them are of each class.
            Assert.Equal(score.Patches == "grid:1" ? 1.0 / 3 : 1, score.Accuracy, 1e-9);
            Assert.Equal(score.Classifier == "linear", score is { Deviation: not null, LearningRate: not null, K: null });
        }
        Assert.Equal(spec.Vectors.SelectMany(v => patches[..3].Select(p => (v, p))), result.Agreement.Select(a => (a.Vectors, a.Patches)));
        Assert.All(result.Agreement, a => Assert.InRange(a.MeanCosine, -1, 1 - 1e-4));
        Assert.Equal((96L + (8 * 72), 96L + (8 * 72), "images"), reporter.Steps[^1]);
        Assert.Equal(reporter.Steps.Select(s => s.Done), reporter.Steps.Select(s => s.Done).Order());
    }

    [Fact]
    public void The_bag_agrees_with_the_image_where_every_patch_looks_like_it()
    {
        var spec = _sets.Spec(_sets.Plain(48), EvaluationKind.Sweep) with { Patches = [new(1), new(16)] };
        var result = _sets.Run(spec);
        Assert.Equal(["grid:1", "grid:16"], result.Agreement.Select(a => a.Patches));
        Assert.All(result.Agreement, a => Assert.Equal(1, a.MeanCosine, 1e-5));
        Assert.All(result.Agreement, a => Assert.Equal(0, a.Deviation, 1e-5));
    }

    [Fact]
    public void Bags_are_the_averages_of_their_patches_vectors()
    {
        using var store = ImageStore.Open(_sets.Coloured(3, i => i, _ => "train", noise: 200));
        using var encoder = Encoder.Load(TestModel.Save(_sets.Folder()), TestModel.Runtime());
        VectorSpace[] spaces = [VectorSpace.Embedding, VectorSpace.Hidden, VectorSpace.Projection];
        var known = new Dictionary<PatchGrid, PatchVectors>();
        // Without counts of its own a sweep takes 327 patches an image, more than the small encoder's batch; the second plan puts several images into one.
        foreach (PatchGrid[] asked in new PatchGrid[][] { [], [new(4), new(9)] })
        {
            var spec = _sets.Spec("", EvaluationKind.Sweep) with { Patches = asked };
            var plan = PatchPlan.Of(spec, encoder.Spec.PatchScale, null);
            Assert.Equal(asked.Length == 0, plan.PerImage > encoder.BatchSize);
            using var features = new BagEncoder(store, plan, encoder, spaces, TestModel.Runtime().Device)
                .Encode([2, 0], _ => { }, TestContext.Current.CancellationToken);
            Assert.Equal(spaces.Length * plan.Bags.Count, features.Sets.Count);
            foreach (var set in features.Sets)
            {
                Assert.True(PatchGrid.TryParse(set.Patches, out var grid));
                var row = new float[set.File.Dim];
                set.File.Read(1, row);
                var patches = Of(grid, set.Vectors!.Value);
                for (var d = 0; d < row.Length; d++)
                    Assert.Equal(Enumerable.Range(0, grid.PatchesPerImage).Average(p => (double)patches[(p * row.Length) + d]), row[d], 1e-4);
            }
        }

        float[] Of(PatchGrid grid, VectorSpace space)
        {
            if (!known.TryGetValue(grid, out var vectors))
                known[grid] = vectors = encoder.EmbedAll(GridPatches.Of(store, 0, grid, encoder.Spec.PatchScale));
            return space switch { VectorSpace.Embedding => vectors.Embedding, VectorSpace.Hidden => vectors.Hidden, _ => vectors.Projection };
        }
    }

    [Fact]
    public void Test_labels_change_no_rate_and_no_answer()
    {
        // Much noise, so that answers differ. Three runs whose test labels are turned by 0, 1 and 2: every image is right in exactly one of them.
        var runs = Enumerable.Range(0, 3).Select(turn =>
        {
            var store = _sets.Coloured(60, i => i % 3, Split, i => Split(i) == "test" ? (i + turn) % 3 : i % 3, noise: 220);
            return _sets.Run(_sets.Spec(store, EvaluationKind.Linear, grid: 1)).Scores.Single();
        }).ToList();
        Assert.Single(runs.Select(r => r.LearningRate).Distinct());
        Assert.Equal(1, runs.Sum(r => r.Accuracy), 1e-9);

        static string Split(int i) => i % 4 == 0 ? "test" : "train";
    }

    [Fact]
    public void A_space_that_the_model_lacks_is_named()
    {
        var store = _sets.Coloured(30, i => i % 3, _ => "train");
        var spec = _sets.Spec(store, EvaluationKind.Sweep, VectorSpace.Hidden) with { CheckpointPath = TestModel.SaveEncoder(_sets.Folder()) };
        Assert.Contains("hidden", Assert.Throws<JobFailedException>(() => _sets.Run(spec)).Message);
        Assert.Equal(1, _sets.Run(spec with { Vectors = [VectorSpace.Embedding], Patches = [new(4)] }).Scores[0].Accuracy);
    }
}
