using PatchSsl.Core.Embedding;
using PatchSsl.Core.Explain;
using PatchSsl.Core.Explain.Locality;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;
using PatchSsl.Core.Tests.Search;

namespace PatchSsl.Core.Tests.Explain;

public sealed class LocalityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_twin_is_alike_in_everything()
    {
        // Every image is there twice, once as 2i and once as 2i + 1, of a class of its own.
        var noise = TestModel.Noise();
        var store = TestModel.Store(_folder, 24, i => ($"class{i / 2}", "train", 24, 24), (i, x, y) => noise(i / 2, x, y));
        var reporter = new Recorder();
        var result = Run(Spec(store) with { Neighbours = 1, Queries = 1000 }, reporter);

        Assert.Equal((24, 24, 24 * 4, 24 * 4, 24), (result.Images, result.ImagesFrom, result.Patches, result.Queries, result.QueryImages));
        foreach (var (likeness, value) in new[]
        {
            (Likeness.SameClass, 1.0), (Likeness.SamePosition, 1), (Likeness.ColourDistance, 0), (Likeness.OrientationDistance, 0), (Likeness.PatchOverlap, 1),
        })
        {
            var measure = result.Measures.Single(m => m.Likeness == likeness);
            Assert.Equal([VectorSpace.Embedding, VectorSpace.Hidden, VectorSpace.Projection], measure.Means.Select(m => m.Vectors));
            Assert.All(measure.Means, m => Assert.Equal((value, value, value), (m.Mean!.Value.Mean, m.Mean.Value.Low, m.Mean.Value.High)));
            Assert.All(measure.Differences, d => Assert.Equal((0, ExpectationVerdict.Undecided), (d.Expectation.Difference.Mean, d.Expectation.Verdict)));
        }
        // By chance one image in 23 others is the twin, and one patch in 4 has the place.
        Assert.InRange(result.Measures[0].Chance!.Value.Mean, .03, .06);
        Assert.InRange(result.Measures[1].Chance!.Value.Mean, .22, .28);
        Assert.Equal(3.0 / 95, result.Measures[5].Chance!.Value.Mean, 1e-12);
        Assert.Equal((192L, 192L, "patches"), reporter.Steps[^1]);

        var example = result.Examples[0];
        Assert.Equal(2, result.Examples.Count);
        Assert.All(example.Lists, list => Assert.Equal(
            (1, example.Query.Image ^ 1, example.Query.Patch, example.Query.Box),
            (list.Neighbours.Single().Rank, list.Neighbours[0].Patch.Image, list.Neighbours[0].Patch.Patch, list.Neighbours[0].Patch.Box)));
    }

    [Fact]
    public void Neighbours_are_those_of_every_cosine_compared()
    {
        var store = TestModel.Store(_folder, 20, i => ($"class{i % 3}", "train", 24, 24 + (i % 2 * 6)), TestModel.Noise());
        var spec = Spec(store) with { Neighbours = 5, Queries = 20, Examples = 20, Vectors = [VectorSpace.Embedding, VectorSpace.Projection] };
        var result = Run(spec, new Recorder());

        using var images = ImageStore.Open(store);
        using var encoder = Encoder.Load(spec.CheckpointPath, TestModel.Runtime());
        var patches = Enumerable.Range(0, 20).SelectMany(i => GridPatches.Of(images, i, spec.Grid, .25)).ToArray();
        Assert.Equal(20, result.Examples.Select(e => e.Query.Image).Distinct().Count());
        var (sameClass, own) = (new List<double>(), new List<double>());
        var vectors = encoder.Embed(patches, VectorSpace.Projection);
        foreach (var example in result.Examples)
        {
            var query = (example.Query.Image * 4) + example.Query.Patch;
            var ranked = Enumerable.Range(0, 80).Where(r => r != query).OrderByDescending(r => IndexFixture.Cosine(Row(query), Row(r))).ToList();
            var expected = ranked.Where(r => r / 4 != example.Query.Image).Take(5).ToList();
            Assert.Equal(expected, example.Lists[1].Neighbours.Select(n => (n.Patch.Image * 4) + n.Patch.Patch));
            sameClass.Add(expected.Average(r => r / 4 % 3 == example.Query.Image % 3 ? 1.0 : 0));
            own.Add(ranked.Take(5).Average(r => r / 4 == example.Query.Image ? 1.0 : 0));
        }
        Assert.Equal(sameClass.Average(), result.Measures[0].Means[1].Mean!.Value.Mean, 1e-9);
        Assert.Equal(own.Average(), result.Measures[5].Means[1].Mean!.Value.Mean, 1e-9);
        Assert.Equal(
            result.Measures[0].Means[1].Mean!.Value.Mean - result.Measures[0].Means[0].Mean!.Value.Mean,
            result.Measures[0].Differences.Single().Expectation.Difference.Mean, 1e-9);
        Assert.Equivalent(result.Measures, Run(spec, new Recorder()).Measures);

        float[] Row(int row) => vectors[(row * 24)..((row + 1) * 24)];
    }

    [Fact]
    public void What_cannot_be_measured_is_left_out_with_its_reason()
    {
        // One colour an image: no edges, and no labels either.
        var store = TestModel.Store(_folder, 9, _ => (null, "train", 24, 24), (i, _, _) => [(byte)(20 * i), 90, 90]);
        var spec = new LocalitySpec(store, TestModel.SaveEncoder(_folder), [VectorSpace.Embedding], new PatchGrid(0), null, 100, 100, 2, 1, 1);
        var result = Run(spec, new Recorder());
        Assert.Equal(
            [Likeness.SameClass, Likeness.SamePosition, Likeness.OrientationDistance, Likeness.PatchOverlap, Likeness.OwnImage],
            result.Measures.Where(m => m.Missing is not null).Select(m => m.Likeness));
        Assert.Contains("no labels", result.Measures[0].Missing);
        Assert.Contains("one patch", result.Measures[1].Missing);
        var colour = result.Measures.Single(m => m.Likeness == Likeness.ColourDistance);
        Assert.True(colour.Means.Single().Mean!.Value.Mean > 0);
        Assert.Empty(colour.Differences);
    }

    [Fact]
    public void What_cannot_be_asked_is_said()
    {
        var store = TestModel.Store(_folder, 3, _ => (null, "train", 24, 24), TestModel.Noise());
        Assert.Contains("have 8", Assert.Throws<JobFailedException>(() => Run(Spec(store) with { Neighbours = 9 }, new Recorder())).Message);
        Assert.Contains("'test'", Assert.Throws<JobFailedException>(() => Run(Spec(store) with { Split = "test" }, new Recorder())).Message);
        var alone = Spec(store) with { CheckpointPath = TestModel.SaveEncoder(_folder), Neighbours = 2 };
        Assert.Contains("hidden", Assert.Throws<JobFailedException>(() => Run(alone, new Recorder())).Message);
        var broken = Spec(store) with { CheckpointPath = TestModel.Save(_folder, m => m.State()[0].Value.fill_(float.NaN)), Neighbours = 2 };
        Assert.Contains("diverged", Assert.Throws<JobFailedException>(() => Run(broken, new Recorder())).Message);
    }

    private LocalitySpec Spec(string store) => new(
        store, TestModel.Save(_folder), [VectorSpace.Embedding, VectorSpace.Hidden, VectorSpace.Projection], new PatchGrid(4), null, 1000, 500, 10, 2, 1);

    private static LocalityResult Run(LocalitySpec spec, Recorder reporter) =>
        LocalityRun.Run(spec, TestModel.Runtime(), reporter, TestContext.Current.CancellationToken);
}
