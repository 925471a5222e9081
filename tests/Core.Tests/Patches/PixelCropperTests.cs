using PatchSsl.Core.Embedding;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Patches;

/// <summary>The path that reads bytes, held against the one of tensors in float64.</summary>
public sealed class PixelCropperTests
{
    [Theory]
    [InlineData(40, 30, 0, 0, 40, 30, 32)] // all of it
    [InlineData(40, 30, 32, 22, 8, 8, 32)] // upscaled, in the last corner
    [InlineData(40, 30, 17, 11, 1, 1, 32)] // a pixel
    [InlineData(1, 1, 0, 0, 1, 1, 5)]
    [InlineData(7, 500, 1, 2, 5, 497, 16)] // narrow: less than a register across
    [InlineData(500, 7, 2, 1, 497, 5, 16)]
    [InlineData(300, 200, 10.25, 7.75, 151.5, 99.125, 24)] // fractions of a pixel
    [InlineData(300, 200, 250.4, 150.6, 49.6, 49.4, 33)] // and a side that is no multiple of four
    [InlineData(64, 64, 16, 16, 32, 32, 32)] // a copy
    [InlineData(1024, 768, 581, 325, 443, 443, 32)]
    public void Agrees_with_the_tensor_path(int width, int height, double x, double y, double boxWidth, double boxHeight, int size)
    {
        using var scope = NewDisposeScope();
        var image = Noise(width, height, 1);
        PatchBox[] boxes = [new(x, y, boxWidth, boxHeight), new(x, y, boxWidth, boxHeight)];
        bool[] flips = [false, true];
        var expected = TensorCropper.Crop(ImageCanvas.Gather(image), boxes, flips, size, ScalarType.Float64);
        var actual = PatchCropper.Crop(image, new PatchDraws(boxes, flips), size, CPU);  // (2, 1, 3, P, P)
        Assert.True(ReferenceValues.Difference(actual, expected) < 1e-5, $"{ReferenceValues.Difference(actual, expected)}");
        Assert.Equal(0, ReferenceValues.Difference(actual[1, 0], actual[0, 0].flip(2)));
    }

    [Fact]
    public void Agrees_with_the_tensor_path_on_images_of_mixed_sizes_in_the_order_of_views_and_images()
    {
        using var scope = NewDisposeScope();
        (int Width, int Height)[] sizes = [(32, 32), (100, 40), (31, 64), (8, 8), (250, 251)];
        var images = ImageBatch.Of([.. sizes.Select((s, i) => Pixels(s.Width, s.Height, i))]);
        foreach (PatchSampling sampling in new PatchSampling[] { new PatchSampling.FixedScale(.25), new PatchSampling.MultiScale() })
        {
            var draws = PatchSampler.Draw(sampling, sizes, 7, .5, seed: 3, step: 4);
            var expected = TensorCropper.Crop(ImageCanvas.Gather(images), draws.Boxes, draws.Flips, 16, ScalarType.Float64);
            Assert.True(ReferenceValues.Difference(PatchCropper.Crop(images, draws, 16, CPU), expected) < 1e-5);
        }
    }

    [Fact]
    public void Repeats_bit_for_bit_whatever_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        (int Width, int Height)[] sizes = [.. Enumerable.Range(0, 9).Select(i => (60 + (7 * i), 90 - i))];
        var images = ImageBatch.Of([.. sizes.Select((s, i) => Pixels(s.Width, s.Height, i))]);
        var draws = PatchSampler.Draw(new PatchSampling.MultiScale(), sizes, 20, .5, seed: 1, step: 1);
        var one = Crop(1);
        Assert.Equal(one.bytes, Crop(2).bytes);
        Assert.Equal(one.bytes, Crop(5).bytes);

        Tensor Crop(int threads) => PixelCropper.Crop(images, draws.Boxes.Length, PatchCropper.Cuts(images, draws), 32, threads);
    }

    [Fact]
    public void A_patch_costs_the_same_memory_in_a_large_image()
    {
        using var scope = NewDisposeScope();
        var (small, large) = (Noise(64, 64, 1), Noise(2000, 1500, 2));
        PatchBox[] boxes = [.. Enumerable.Range(0, 40).Select(i => new PatchBox(i % 8, i / 8, 50, 40))];
        var draws = new PatchDraws(boxes, new bool[40]);
        Allocated(large);
        const long page = 4096; // starting threads costs a little more or less each time
        Assert.InRange(Allocated(large) - Allocated(small), -page, page);

        // On one thread, this one, so that its count is the whole.
        long Allocated(ImageBatch image)
        {
            var start = GC.GetAllocatedBytesForCurrentThread();
            PixelCropper.Crop(image, 40, PatchCropper.Cuts(image, draws), 32, threads: 1);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }

    [Fact]
    public void Training_patches_and_embedded_ones_are_the_same()
    {
        using var scope = NewDisposeScope();
        var (rgb, width, height) = Pixels(90, 70, 1);
        var boxes = new PatchGrid(9).Boxes(width, height, .2);
        var trained = PatchCropper.Crop(ImageBatch.Of([(rgb, width, height)]), new PatchDraws([.. boxes], new bool[9]), 32, CPU)[.., 0];
        var embedded = PatchBatch.Crop([.. boxes.Select(box => new PatchSource(rgb, width, height, box))], 32, CPU);
        Assert.Equal(trained.contiguous().bytes, embedded.bytes);
    }

    [Fact]
    public void A_box_that_leaves_its_image_is_refused()
    {
        using var scope = NewDisposeScope();
        var image = Noise(10, 8, 1);
        PatchBox[] wrong = [new(0, 0, 10.1, 8), new(-1, 0, 4, 4), new(3, 5, 4, 4), new(double.NaN, 0, 4, 4), new(0, 0, 0, 4), new(0, 0, double.PositiveInfinity, 4)];
        foreach (var box in wrong)
            Assert.Contains("Box 0", Assert.Throws<ArgumentException>(() => PatchCropper.Crop(image, [[box]], 8, CPU)).Message);
        Assert.Contains("multiple", Assert.Throws<ArgumentException>(() =>
            PatchCropper.Crop(ImageBatch.Of([Pixels(4, 4, 1), Pixels(4, 4, 2)]), new PatchDraws([new(0, 0, 4, 4)], [false]), 8, CPU)).Message);
        Assert.Contains("as many flips", Assert.Throws<ArgumentException>(() =>
            PatchCropper.Crop(image, new PatchDraws([new(0, 0, 4, 4)], []), 8, CPU)).Message);
    }

    private static ImageBatch Noise(int width, int height, int seed) => ImageBatch.Of([Pixels(width, height, seed)]);

    private static (ReadOnlyMemory<byte> Rgb, int Width, int Height) Pixels(int width, int height, int seed)
    {
        var values = new float[3 * width * height];
        new CounterRandom(seed, "pixels", 0).Fill(values);
        return (Array.ConvertAll(values, v => (byte)(v * 256)), width, height);
    }
}
