using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Tests.Answers;

/// <summary>An index of a model's run before its first step, to see what training changed.</summary>
[Collection(AnswersCollection.Name)]
public sealed class UntrainedIndexTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ApiClient Api => answers.Server.Api;

    [Fact]
    public async Task It_holds_and_is_asked_by_the_vectors_of_step_0()
    {
        var made = await Api.CreateIndexAsync(new CreateIndex(answers.Dataset.Id, answers.Model, Patches: "grid:4", Untrained: true), Cancel);
        Assert.Equal((true, answers.RunId, (double?)null), (made.Untrained, made.RunId, made.AverageCosine));
        var index = await answers.Server.WaitAsync(() => Api.GetIndexAsync(made.Id, Cancel), i => i.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(index is { State: ResourceState.Ready, Untrained: true, AverageCosine: > -1 and <= 1 }, index.Error);
        Assert.False((await Api.GetIndexAsync(answers.Index.Id, Cancel)).Untrained);

        using var store = ImageStore.Open(Path.Combine(answers.Server.Data, "datasets", answers.Dataset.Id));
        using var step0 = TinyModel.Load(TinyModel.SaveUntrained(Path.Combine(answers.Server.Data, "step-0.safetensors")));
        using var rows = Core.Search.IndexFile.Open(Path.Combine(answers.Server.Data, "indexes", $"{index.Id}.index"));
        using var trained = Core.Search.IndexFile.Open(Path.Combine(answers.Server.Data, "indexes", $"{answers.Index.Id}.index"));
        var patch = GridPatches.Of(store, 2, new Core.Patches.PatchGrid(4), TinyModel.Spec.PatchScale)[1];
        Assert.Equal(1, Cosine(step0.Embed([patch], VectorSpace.Embedding), rows.Vector(9)), 4);
        Assert.NotEqual(trained.Vector(9), rows.Vector(9));

        // A box off the grid is embedded: by the same encoder, or it would not be its neighbour's neighbour.
        var box = new Box(patch.Box.X - 1, patch.Box.Y, patch.Box.Width, patch.Box.Height);
        var imageId = $"{answers.Dataset.Id}-2";
        var found = await Api.FindNeighboursAsync(index.Id, new NeighbourRequest(new NeighbourQuery(ImageId: imageId, Box: box), 240), Cancel);
        var asked = step0.Embed([new PatchSource(store, 2, new(box.X, box.Y, box.Width, box.Height))], VectorSpace.Embedding);
        Assert.All(found.Items.Take(5), n => Assert.Equal(Cosine(asked, rows.Vector(Row(n))), n.Score, 3));
        var map = await Api.GetSimilarityAsync(index.Id, new SimilarityRequest(new NeighbourQuery(ImageId: imageId, Box: box), imageId), Cancel);
        Assert.Equal(Cosine(asked, rows.Vector(9)), map.Cells[1].Score, 3);

        // The trained index is asked by the trained one still, though both bear one id.
        var after = await Api.FindNeighboursAsync(answers.Index.Id, new NeighbourRequest(new NeighbourQuery(ImageId: imageId, Box: box), 1), Cancel);
        using var encoder = TinyModel.Load(answers.ModelPath);
        var trainedAsked = encoder.Embed([new PatchSource(store, 2, new(box.X, box.Y, box.Width, box.Height))], VectorSpace.Embedding);
        Assert.Equal(Cosine(trainedAsked, trained.Vector(Row(after.Items[0]))), after.Items[0].Score, 3);
        await Api.DeleteIndexAsync(index.Id, Cancel);
    }

    private static long Row(Neighbour neighbour) => long.Parse(neighbour.PatchId.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static double Cosine(float[] a, float[] b)
    {
        double product = a.Zip(b, (x, y) => (double)x * y).Sum();
        return product / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
    }
}
