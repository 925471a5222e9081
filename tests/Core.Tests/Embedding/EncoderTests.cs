using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Tests.Images;
using PatchSsl.Core.Tests.Search;
using TorchSharp;

namespace PatchSsl.Core.Tests.Embedding;

public sealed class EncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float32")]
    [InlineData("bf16")]
    public void A_vector_does_not_depend_on_its_company(string precision)
    {
        using var encoder = Encoder.Load(TestModel.Save(_folder), TestModel.Runtime(precision));
        using var store = ImageStore.Open(MixedStore());
        var patches = MixedPatches(store);
        Assert.True(patches.Length > encoder.BatchSize, "the patches must fill more than a batch");

        foreach (var space in Enum.GetValues<VectorSpace>())
        {
            var dim = encoder.Dim(space);
            var together = encoder.Embed(patches, space);
            Assert.Equal(patches.Length * dim, together.Length);
            for (var i = 0; i < patches.Length; i += 41)
            {
                var alone = encoder.Embed([patches[i]], space);
                Assert.InRange(IndexFixture.Cosine(alone, together[(i * dim)..((i + 1) * dim)]), 1 - 1e-5, 1 + 1e-5);
            }
            Assert.Equal(together, encoder.Embed(patches, space));
        }
    }

    [Fact]
    public void One_pass_gives_what_a_pass_for_each_space_gives()
    {
        using var encoder = Encoder.Load(TestModel.Save(_folder), TestModel.Runtime());
        using var store = ImageStore.Open(MixedStore());
        var patches = MixedPatches(store);

        var all = encoder.EmbedAll(patches);

        Assert.Equal(encoder.Embed(patches, VectorSpace.Embedding), all.Embedding);
        Assert.Equal(encoder.Embed(patches, VectorSpace.Hidden), all.Hidden);
        Assert.Equal(encoder.Embed(patches, VectorSpace.Projection), all.Projection);
        Assert.Equal((128, 48, 24), (encoder.Dim(VectorSpace.Embedding), encoder.Dim(VectorSpace.Hidden), encoder.Dim(VectorSpace.Projection)));
    }

    [Fact]
    public void An_image_in_memory_and_in_a_store_embed_alike()
    {
        using var encoder = Encoder.Load(TestModel.Save(_folder), TestModel.Runtime());
        using var store = ImageStore.Open(MixedStore());
        var (width, height) = store.Size(1);
        var box = new PatchBox(1.5, 2, 11, 9.25);
        Assert.Equal(
            encoder.Embed([new PatchSource(store, 1, box)], VectorSpace.Embedding),
            encoder.Embed([new PatchSource(store.Pixels(1).ToArray(), width, height, box)], VectorSpace.Embedding));
    }

    [Fact]
    public void Nothing_native_stays_behind()
    {
        using var store = ImageStore.Open(MixedStore());
        var path = TestModel.Save(_folder);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var encoder = Encoder.Load(path, TestModel.Runtime("bf16")))
        {
            encoder.Embed(MixedPatches(store), VectorSpace.Projection);
            var loaded = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            encoder.Embed(MixedPatches(store), VectorSpace.Projection);
            encoder.EmbedAll(MixedPatches(store));
            Assert.Equal(loaded, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(0, 0, 11, 5)]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, 6, 5, 5)]
    [InlineData(0, 0, 0, 5)]
    [InlineData(double.NaN, 0, 5, 5)]
    [InlineData(0, 0, double.PositiveInfinity, 5)]
    public void A_box_outside_its_image_is_refused(double x, double y, double width, double height)
    {
        var failure = Assert.Throws<ArgumentException>(() => new PatchSource(new byte[300], 10, 10, new PatchBox(x, y, width, height)));
        Assert.Contains("10 × 10", failure.Message);
    }

    private string MixedStore() => TestModel.Store(
        _folder, 24, i => (null, "train", i % 5 == 0 ? 40 : 20, i % 3 == 0 ? 33 : 20), TestModel.Noise());

    /// <summary>Grids of different sizes, so that canvases are cut at many places.</summary>
    private static PatchSource[] MixedPatches(ImageStore store) =>
        [.. Enumerable.Range(0, store.Count).SelectMany(i => GridPatches.Of(store, i, new PatchGrid(i % 4 == 0 ? 16 : i % 4 == 1 ? 49 : 1), .25))];
}
