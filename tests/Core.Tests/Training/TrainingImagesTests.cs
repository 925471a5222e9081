using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Training;
using TorchSharp;

namespace PatchSsl.Core.Tests.Training;

public sealed class TrainingImagesTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void An_epoch_takes_every_image_once_in_an_order_of_its_own()
    {
        using var store = ImageStore.Open(_fixture.Dataset(32, splits: false));
        using var images = new TrainingImages(store, 8, seed: 1, torch.CPU);
        Assert.Equal((31, 1), (images.Training.Length, images.HeldOut.Length));
        Assert.Equal(3, images.StepsAnEpoch);
        int[] Epoch(int epoch) => [.. Enumerable.Range(0, 3).SelectMany(s => images.Rows((3 * epoch) + s).ToArray())];
        var (first, second) = (Epoch(0), Epoch(1));
        Assert.Equal(24, first.Distinct().Count());
        Assert.NotEqual(first, second);
        // Any step can be asked for at any time.
        Assert.Equal(first[8..16], images.Rows(1).ToArray());
    }

    [Fact]
    public void The_split_train_is_trained_on_and_the_others_are_held_out()
    {
        using var store = ImageStore.Open(_fixture.Dataset());
        using var images = new TrainingImages(store, 8, seed: 1, torch.CPU);
        Assert.Equal(store.Ordinals("train"), images.Training);
        Assert.Equal(store.Ordinals("test"), images.HeldOut);
    }

    [Fact]
    public void Every_image_is_trained_on_where_a_step_needs_them_all()
    {
        using var store = ImageStore.Open(_fixture.Dataset(40, splits: false));
        using var images = new TrainingImages(store, 40, seed: 1, torch.CPU);
        Assert.Equal((40, 0), (images.Training.Length, images.HeldOut.Length));
    }

    [Fact]
    public void Images_that_live_on_the_device_give_the_patches_that_the_store_gives()
    {
        using var scope = torch.NewDisposeScope();
        using var store = ImageStore.Open(_fixture.Dataset());
        using var stored = new TrainingImages(store, 8, seed: 1, torch.CPU);
        using var resident = new TrainingImages(store, 8, seed: 1, torch.CPU, reside: true);
        foreach (var step in new long[] { 0, 2, 5 })
        {
            var rows = stored.Rows(step).ToArray();
            var draws = PatchSampler.Draw(new PatchSampling.MultiScale(), stored.Sizes(rows), 3, .5, seed: 1, step);
            Assert.True(ReferenceValues.Difference(resident.Patches(rows, draws, 16), stored.Patches(rows, draws, 16)) < 1e-5);
        }
    }

    [Fact]
    public void Small_images_of_one_size_may_live_on_the_device_and_photographs_may_not()
    {
        using var small = ImageStore.Open(_fixture.Dataset());
        Assert.True(TrainingImages.CanReside(small));
        using var large = ImageStore.Open(_fixture.Dataset(4, size: 600));
        Assert.False(TrainingImages.CanReside(large));
    }
}
