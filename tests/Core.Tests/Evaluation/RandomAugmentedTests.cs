using PatchSsl.Core.Embedding;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Embedding;

namespace PatchSsl.Core.Tests.Evaluation;

public sealed class RandomAugmentedTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Fact]
    public void It_is_labelled_as_what_it_is()
    {
        var store = _sets.Coloured(60, i => i % 3, i => i % 5 == 0 ? "test" : "train");
        var spec = _sets.Spec(store, EvaluationKind.Knn) with { Protocol = PatchProtocol.RandomAugmented, Patches = [new(20), PatchGrid.Whole] };
        var result = _sets.Run(spec);
        Assert.Equal(["random:20", "random:20", "whole", "whole"], result.Scores.Select(s => s.Patches));
        Assert.Contains("published random-augmented protocol", result.Protocol);
        Assert.Contains("as in the recipe emp-ssl, since the model names none", result.Protocol);
        Assert.Equal(result.Scores, _sets.Run(spec).Scores);
    }

    [Fact]
    public void Patches_come_from_the_seed_and_the_image_alone()
    {
        using var store = ImageStore.Open(_sets.Coloured(6, i => i % 3, _ => "train", noise: 200));
        using var encoder = Encoder.Load(TestModel.Save(_sets.Folder()), TestModel.Runtime());
        var (all, alone) = (Bags(5, [8, 4], [0, 1, 2, 3, 4, 5]), Bags(5, [8, 4], [4]));
        var (fewer, seeded) = (Bags(5, [4], [4]), Bags(6, [4], [4]));
        var grid = encoder.Embed(GridPatches.Of(store, 4, new PatchGrid(1), encoder.Spec.PatchScale), VectorSpace.Embedding);

        Close(all["random:8"][4], alone["random:8"][0]);
        Close(all["random:4"][4], alone["random:4"][0]);
        // A bag of 4 is the first 4 of a bag of 8.
        Close(alone["random:4"][0], fewer["random:4"][0]);
        Assert.True(Distance(fewer["random:4"][0], seeded["random:4"][0]) > 1e-3);
        Assert.True(Distance(alone["random:8"][0], alone["random:4"][0]) > 1e-3);
        Assert.True(Distance(alone["random:8"][0], grid) > 1e-3);

        Dictionary<string, float[][]> Bags(long seed, int[] counts, int[] images)
        {
            var spec = _sets.Spec("", EvaluationKind.Knn) with
            {
                Protocol = PatchProtocol.RandomAugmented,
                Patches = [.. counts.Select(n => new PatchGrid(n))],
                Seed = seed,
            };
            var plan = PatchPlan.Of(spec, encoder.Spec.PatchScale, null);
            using var features = new BagEncoder(store, plan, encoder, spec.Vectors, TestModel.Runtime().Device)
                .Encode(images, _ => { }, TestContext.Current.CancellationToken);
            return features.Sets.ToDictionary(s => s.Patches, s => images.Select((_, row) =>
            {
                var values = new float[s.File.Dim];
                s.File.Read(row, values);
                return values;
            }).ToArray());
        }
    }

    [Fact]
    public void The_whole_image_is_not_augmented()
    {
        using var store = ImageStore.Open(_sets.Coloured(4, i => i % 3, _ => "train", noise: 200));
        using var encoder = Encoder.Load(TestModel.Save(_sets.Folder()), TestModel.Runtime());
        var spec = _sets.Spec("", EvaluationKind.Sweep) with { Protocol = PatchProtocol.RandomAugmented, Patches = [new(8)] };
        var plan = PatchPlan.Of(spec, encoder.Spec.PatchScale, null);
        using var features = new BagEncoder(store, plan, encoder, spec.Vectors, TestModel.Runtime().Device)
            .Encode([0, 1, 2, 3], _ => { }, TestContext.Current.CancellationToken);
        var row = new float[encoder.Dim(VectorSpace.Embedding)];
        features.Find(VectorSpace.Embedding, "whole").Read(3, row);
        Close(encoder.Embed(GridPatches.Of(store, 3, PatchGrid.Whole, 1), VectorSpace.Embedding), row);
    }

    private static void Close(float[] expected, float[] actual) => Assert.InRange(Distance(expected, actual), 0, 1e-4);

    private static double Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max();
}
