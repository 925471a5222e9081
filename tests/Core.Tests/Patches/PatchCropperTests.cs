using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Patches;

public sealed class PatchCropperTests
{
    [Fact]
    public void Matches_torchvisions_crop_and_resize()
    {
        using var scope = NewDisposeScope();
        var entry = ReferenceValues.Entry("augmentation");
        var canvas = entry.Tensor("image").permute(1, 2, 0).unsqueeze(0);               // (1, 6, 6, 3)
        var patch = TensorCropper.Crop(canvas, [new PatchBox(2, 1, 3, 3)], [], 6, ScalarType.Float64)[0, 0];
        Assert.True(ReferenceValues.Difference(patch, entry.Tensor("crop_top1_left2_size3_resized_to_6_bilinear")) < 1e-9);

        var flipped = TensorCropper.Crop(canvas, [new PatchBox(0, 0, 6, 6)], [true], 6, ScalarType.Float64)[0, 0];
        Assert.True(ReferenceValues.Difference(flipped, entry.Tensor("hflip")) < 1e-12);
    }

    [Fact]
    public void A_box_of_the_outputs_size_is_a_copy()
    {
        using var scope = NewDisposeScope();
        var images = Images((20, 12), (9, 31));
        var patches = PatchCropper.Crop(images, [[new PatchBox(3, 2, 8, 8)], [new PatchBox(1, 20, 8, 8)]], 8, CPU);
        for (var i = 0; i < 2; i++)
        {
            var (left, top) = i == 0 ? (3, 2) : (1, 20);
            for (var y = 0; y < 8; y++)
            {
                for (var x = 0; x < 8; x++)
                {
                    var pixel = images.Pixels(i)[3 * (((top + y) * images.Size(i).Width) + left + x)];
                    Assert.Equal(pixel / 255f, patches[i, 0, y, x].item<float>(), 1e-6f);
                }
            }
        }
    }

    [Fact]
    public void Shrinking_averages_every_pixel_and_fractions_of_a_pixel_move_the_patch()
    {
        using var scope = NewDisposeScope();
        // Columns that rise by one a pixel: a patch's values tell where it was taken.
        var ramp = new byte[64 * 64 * 3];
        for (var i = 0; i < ramp.Length; i++) ramp[i] = (byte)(i / 3 % 64);
        var images = ImageBatch.Of([(ramp, 64, 64)]);
        var patches = PatchCropper.Crop(images, [[new PatchBox(10, 10, 32, 32), new PatchBox(10.5, 10.25, 32, 32)]], 8, CPU) * 255;

        // In the middle of the patch, output pixel o of four input pixels each lies at 10 + 4(o + .5) - .5.
        Assert.Equal(10 + (4 * 3.5) - .5, patches[0, 0, 3, 3].item<float>(), 1e-4);
        Assert.Equal(10.5 + (4 * 3.5) - .5, patches[1, 0, 3, 3].item<float>(), 1e-4);
    }

    [Fact]
    public void Images_of_any_size_and_any_number_of_boxes_agree_with_one_at_a_time()
    {
        using var scope = NewDisposeScope();
        // Large enough to be worked through in several parts.
        var images = Images((400, 300), (37, 900), (640, 480), (8, 8));
        PatchBox[][] boxes =
        [
            [new(0, 0, 400, 300), new(10.25, 7.5, 100.5, 90)], [new(1, 2, 30, 700)],
            [.. Enumerable.Range(0, 30).Select(i => new PatchBox(i * 5, i * 4, 100 + i, 80))], [],
        ];
        var together = PatchCropper.Crop(images, boxes, 32, CPU);
        var n = 0;
        for (var i = 0; i < 4; i++)
        {
            foreach (var box in boxes[i])
            {
                var alone = PatchCropper.Crop(ImageBatch.Of([(images.Pixels(i).ToArray(), images.Size(i).Width, images.Size(i).Height)]), [[box]], 32, CPU);
                Assert.True(ReferenceValues.Difference(together.narrow(0, n++, 1), alone) < 1e-5);
            }
        }
        Assert.Equal(33, n);
        Assert.Equal([33L, 3, 32, 32], together.shape);
    }

    [Fact]
    public void A_batch_that_is_worked_through_in_parts_keeps_its_order()
    {
        using var scope = NewDisposeScope();
        var images = Images([.. Enumerable.Repeat((32, 32), 130)]);
        var draws = PatchSampler.Draw(new PatchSampling.FixedScale(.25), [.. Enumerable.Repeat((32, 32), 130)], 8, .5, 1, 1);
        var patches = TensorCropper.Crop(ImageCanvas.Gather(images), draws.Boxes, draws.Flips, 32);      // (8, 130, 3, 32, 32)
        foreach (var n in new[] { 0, 129, 130, 777, 1039 })
        {
            var (view, image) = (n / 130, n % 130);
            var alone = PatchCropper.Crop(ImageBatch.Of([(images.Pixels(image).ToArray(), 32, 32)]), [[draws.Boxes[n]]], 32, CPU)[0];
            Assert.True(ReferenceValues.Difference(patches[view, image], draws.Flips[n] ? alone.flip(2) : alone) < 1e-6);
        }
    }

    [Fact]
    public void Views_come_before_images_and_flips_mirror()
    {
        using var scope = NewDisposeScope();
        var images = Images((16, 16), (16, 16));
        var canvas = ImageCanvas.Gather(images);
        PatchBox[] boxes = [new(0, 0, 8, 8), new(1, 1, 8, 8), new(2, 2, 8, 8), new(3, 3, 8, 8)];
        var patches = TensorCropper.Crop(canvas, boxes, [false, true, false, false], 8);  // (2, 2, 3, 8, 8)
        var single = PatchCropper.Crop(images, [[boxes[0], boxes[2]], [boxes[1], boxes[3]]], 8, CPU);
        Assert.Equal(0, ReferenceValues.Difference(patches[0, 0], single[0]));
        Assert.Equal(0, ReferenceValues.Difference(patches[1, 0], single[1]));
        Assert.Equal(0, ReferenceValues.Difference(patches[0, 1].flip(2), single[2]));
        Assert.Equal(0, ReferenceValues.Difference(patches[1, 1], single[3]));
    }

    [Fact]
    public void Wrong_shapes_are_named_with_got_and_expected()
    {
        using var scope = NewDisposeScope();
        var canvas = ImageCanvas.Gather(Images((4, 4), (4, 4)));
        Assert.Contains("got (2,4,4)", Assert.Throws<ArgumentException>(() => TensorCropper.Crop(canvas.select(3, 0), [], [], 8)).Message);
        Assert.Contains("2 images need a multiple", Assert.Throws<ArgumentException>(() => TensorCropper.Crop(canvas, [new(0, 0, 4, 4)], [], 8)).Message);
        Assert.Contains("is empty", Assert.Throws<ArgumentException>(() => TensorCropper.Crop(canvas, [new(0, 0, 4, 4), new(0, 0, 0, 4)], [], 8)).Message);
        Assert.Contains("needs 48 bytes, got 47", Assert.Throws<ArgumentException>(() => ImageBatch.Of([(new byte[47], 4, 4)])).Message);
    }

    private static ImageBatch Images(params (int Width, int Height)[] sizes) => ImageBatch.Of(
    [
        .. sizes.Select((size, i) =>
        {
            var values = new float[3 * size.Width * size.Height];
            new CounterRandom(5, "pixels", i).Fill(values);
            return ((ReadOnlyMemory<byte>)values.Select(v => (byte)(v * 256)).ToArray(), size.Width, size.Height);
        }),
    ]);
}
