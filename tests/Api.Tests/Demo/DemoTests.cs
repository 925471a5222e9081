using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;

namespace PatchSsl.Api.Tests.Demo;

/// <summary>A whole demo, as small as can be.</summary>
public sealed class DemoTests : IAsyncDisposable
{
    private const int Images = 90, Size = 32, Seed = 3;

    private readonly TestServer _server = new(
        ("Demo:Images", $"{Images}"), ("Demo:Size", $"{Size}"), ("Demo:Steps", "2"), ("Demo:Seed", $"{Seed}"), ("Torch:Precision", "float32"),
        ("Torch:Threads", "1"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_ends_with_what_was_found_and_a_patch_that_its_neighbours_did_not_choose()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.Api.StartDemoAsync(cancel);

        var done = await _server.WaitAsync(() => _server.Api.GetDemoAsync(cancel), status => status.State is not (JobState.Queued or JobState.Running));

        Assert.Equal((JobState.Completed, null, "done"), (done.State, done.Error, done.Step));
        var findings = done.Findings!;
        var run = await _server.Api.GetRunAsync(done.RunId!, cancel);
        var dataset = await _server.Api.GetDatasetAsync(done.DatasetId!, cancel);
        Assert.Equal((2L, Seed), (run.Progress!.Total, dataset.Source.Seed));
        Assert.Equal((Images, Size, GeneratedScenes.Kinds), (dataset.ImageCount, dataset.Source.Size!.Value, dataset.Source.Scenes!.Value));

        // The patch is the first of the test images that holds one whole part, found here from the generator alone.
        var views = ScenePatches.Of(new GeneratedSpec(Images, Size, Seed, SceneSet.Kinds), new PatchGrid(16), .25);
        var telling = Enumerable.Range(0, views.Length).First(row => row / 16 % 5 == 4 && views[row].HoldsOneWhole);
        Assert.Equal(($"{done.DatasetId}-{telling / 16}", telling % 16), (findings.ImageId, findings.Patch));
        Assert.Equal(new PatchGrid(16).Boxes(Size, Size, .25)[telling % 16].X, findings.Box.X, 1e-9);

        // Its figures are those of the search, the evaluation and the generator.
        int?[] kinds = [.. views.Select(view => view.Kind)];
        var queries = SamePart.Queries(kinds, 16, image => image % 5 == 4, 1_000);
        Assert.Equal((24, queries.Length), (findings.SameParts.Neighbours, findings.SameParts.Queries));
        Assert.Equal(SamePart.Chance(kinds, 16, queries), findings.SameParts.Chance, 1e-12);
        Assert.Equal(await ShareAsync(done.EmbeddingIndexId!, kinds, queries), findings.SameParts.Embedding, 1e-9);
        Assert.Equal(await ShareAsync(done.ProjectionIndexId!, kinds, queries), findings.SameParts.Projection, 1e-9);
        Assert.InRange(findings.SameParts.Untrained!.Value, 0, 1);
        var evaluation = await _server.Api.GetEvaluationAsync(done.EvaluationId!, cancel);
        Assert.Equal((evaluation.Accuracy, evaluation.TestImages), (findings.Accuracy.Bag, findings.Accuracy.TestImages));
        Assert.Equal(1 / 9.0, findings.Accuracy.Chance, 1e-12);
    }

    private async Task<double> ShareAsync(string index, int?[] kinds, long[] queries)
    {
        List<IReadOnlyList<long>> nearest = [];
        foreach (var query in queries)
        {
            var found = await _server.Api.FindNeighboursAsync(
                index, new NeighbourRequest(new NeighbourQuery(PatchId: $"{index}-{query}"), 24, ExcludeSameImage: true, OnePerImage: true),
                TestContext.Current.CancellationToken);
            nearest.Add([.. found.Items.Select(hit => long.Parse(hit.PatchId[(hit.PatchId.LastIndexOf('-') + 1)..]))]);
        }
        return SamePart.Share(kinds, queries, nearest);
    }
}
