using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Indexing;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Search;

public sealed class IndexBuildTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float32", VectorSpace.Projection, 9, IndexStorage.F16)]
    [InlineData("float32", VectorSpace.Projection, 9, IndexStorage.Int8)]
    [InlineData("bf16", VectorSpace.Embedding, 0, IndexStorage.F16)]
    public void Every_patch_has_its_row(string precision, VectorSpace space, int grid, IndexStorage storage)
    {
        var spec = Spec(TestModel.Save(_folder), Store(140), space, new PatchGrid(grid)) with { Storage = storage };
        var reporter = new Recorder();
        var result = IndexBuild.Run(spec, TestModel.Runtime(precision), reporter, TestContext.Current.CancellationToken);

        using var index = IndexFile.Open(spec.OutputFile);
        using var store = ImageStore.Open(spec.DatasetDirectory);
        using var encoder = Encoder.Load(spec.CheckpointPath, TestModel.Runtime(precision));
        var perImage = Math.Max(1, grid);
        Assert.Equal((140L * perImage, encoder.Dim(space), new FileInfo(spec.OutputFile).Length), (result.PatchCount, result.Dim, result.Bytes));
        // An untrained network crowds noise into a narrow cone, where half precision cannot order all: the figure must say so, and no more.
        Assert.InRange(result.RecallAt10, .95, 1);
        Assert.Equal(
            (result.PatchCount, storage, space, perImage, encoder.Sha256, "ds_test", .25),
            (index.Count, index.Header.Storage, index.Header.Space, index.PatchesPerImage, index.Header.CheckpointSha256, index.Header.DatasetId, index.Header.PatchScale));
        foreach (var row in new long[] { 0, 7, 139, index.Count - 1 })
        {
            var patch = GridPatches.Of(store, (int)(row / perImage), spec.Grid, .25)[(int)(row % perImage)];
            Assert.InRange(IndexFixture.Cosine(encoder.Embed([patch], space), index.Vector(row)), 1 - 2e-5, 1 + 2e-5);
        }
        Assert.Equal((result.PatchCount, result.PatchCount, "patches"), reporter.Steps[^1]);
        Assert.Equal(reporter.Steps.Order(), reporter.Steps);
    }

    [Fact]
    public void Int8_finds_what_f16_finds_among_a_models_vectors()
    {
        var spec = Spec(TestModel.Save(_folder), Store(60), VectorSpace.Embedding, new PatchGrid(9));
        double Recall(IndexStorage storage) =>
            IndexBuild.Run(spec with { Storage = storage }, TestModel.Runtime(), new Recorder(), TestContext.Current.CancellationToken).RecallAt10;
        Assert.InRange(Recall(IndexStorage.Int8), Recall(IndexStorage.F16) - .001, 1);
    }

    [Fact]
    public void Stopped_it_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var spec = Spec(TestModel.Save(_folder), Store(150), VectorSpace.Embedding, new PatchGrid(16));
        var before = _folder.Entries().ToArray();
        Assert.Throws<OperationCanceledException>(() =>
            IndexBuild.Run(spec, TestModel.Runtime(), new Recorder(_ => stop.Cancel()), stop.Token));
        Assert.Equal(before, _folder.Entries());
    }

    [Fact]
    public void A_diverged_model_is_told_and_leaves_nothing()
    {
        var spec = Spec(
            TestModel.Save(_folder, model => model.State()[0].Value.fill_(float.NaN)), Store(3), VectorSpace.Embedding, new PatchGrid(1));
        var before = _folder.Entries().ToArray();
        var failure = Assert.Throws<JobFailedException>(() => Run(spec));
        Assert.Contains("diverged", failure.Message);
        Assert.Equal(before, _folder.Entries());
    }

    [Fact]
    public void A_damaged_model_or_dataset_fails_the_job_in_words()
    {
        var store = Store(3);
        var model = TestModel.Save(_folder);
        File.WriteAllBytes(_folder["cut.safetensors"], File.ReadAllBytes(model)[..^9]);
        Assert.Throws<JobFailedException>(() => Run(Spec(_folder["cut.safetensors"], store, VectorSpace.Embedding, new PatchGrid(1))));
        File.Delete(Path.Combine(store, "images.table"));
        var failure = Assert.Throws<JobFailedException>(() => Run(Spec(model, store, VectorSpace.Embedding, new PatchGrid(1))));
        Assert.Contains("images.table", failure.Message);
    }

    private static void Run(IndexSpec spec) => IndexBuild.Run(spec, TestModel.Runtime(), new Recorder(), TestContext.Current.CancellationToken);

    private IndexSpec Spec(string model, string store, VectorSpace space, PatchGrid grid) => new(store, model, space, grid, _folder["a.index"]);

    private string Store(int images) => TestModel.Store(_folder, images, i => (null, "train", 24, i % 2 == 0 ? 24 : 30), TestModel.Noise());
}
