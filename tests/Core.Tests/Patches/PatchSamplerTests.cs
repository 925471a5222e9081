using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Tests.Patches;

public sealed class PatchSamplerTests
{
    [Fact]
    public void A_quarter_of_a_cifar_image_is_a_square_of16_pixels_anywhere_in_it()
    {
        var draws = Draw(new PatchSampling.FixedScale(.25), 34_000, (32, 32));
        Assert.All(draws.Boxes, box => Assert.Equal((16, 16), (box.Width, box.Height)));
        foreach (var place in new Func<PatchBox, double>[] { b => b.X, b => b.Y })
        {
            var counts = draws.Boxes.GroupBy(place).ToDictionary(g => g.Key, g => g.Count());
            Assert.Equal(Enumerable.Range(0, 17).Select(i => (double)i), counts.Keys.Order());
            // 2,000 expected at each of 17 places; five standard deviations are 217.
            Assert.All(counts.Values, c => Assert.InRange(c, 1_780, 2_220));
        }
        Assert.InRange(draws.Flips.Count(f => f), 16_500, 17_500);
    }

    [Fact]
    public void A_fixed_patch_never_leaves_a_narrow_image()
    {
        foreach (var box in Draw(new PatchSampling.FixedScale(1), 100, (10, 40), (1, 1), (33, 7)).Boxes.Chunk(3))
        {
            Assert.Equal((10, 10, 0), (box[0].Width, box[0].Height, box[0].X));
            Assert.Equal(new PatchBox(0, 0, 1, 1), box[1]);
            Assert.Equal(7, box[2].Width);
            Assert.InRange(box[0].Y, 0, 30);
        }
    }

    [Fact]
    public void Multi_scale_boxes_have_a_uniform_area_and_a_log_uniform_ratio()
    {
        // Large enough that rounding to whole pixels does not show; a third of all areas never fits with a ratio off 1, hence .6.
        var draws = Draw(new PatchSampling.MultiScale(.08, .6), 20_000, (1000, 1000));
        var areas = draws.Boxes.Select(b => b.Width * b.Height / 1e6).Order().ToArray();
        var ratios = draws.Boxes.Select(b => Math.Log(b.Width / b.Height)).Order().ToArray();
        for (var i = 1; i < 10; i++)
        {
            Assert.Equal(.08 + (.52 * i / 10), areas[i * areas.Length / 10], .01);
            Assert.Equal((2 * Math.Log(4.0 / 3) * i / 10) - Math.Log(4.0 / 3), ratios[i * ratios.Length / 10], .01);
        }
        Assert.All(draws.Boxes, b => Assert.True(b.X >= 0 && b.Y >= 0 && b.X + b.Width <= 1000 && b.Y + b.Height <= 1000));
    }

    [Fact]
    public void Where_nothing_fits_the_largest_allowed_centre_is_taken()
    {
        Assert.All(Draw(new PatchSampling.MultiScale(.9, 1), 50, (400, 100)).Boxes, b => Assert.Equal(new PatchBox(133, 0, 133, 100), b));
        Assert.All(Draw(new PatchSampling.MultiScale(.9, 1), 50, (100, 400)).Boxes, b => Assert.Equal(new PatchBox(0, 133, 100, 133), b));
    }

    [Fact]
    public void Draws_depend_on_seed_and_step_alone()
    {
        PatchDraws At(long seed, long step) => PatchSampler.Draw(new PatchSampling.FixedScale(.25), [(64, 64), (32, 32)], 20, .5, seed, step);
        Assert.Equal(At(1, 2).Boxes, At(1, 2).Boxes);
        Assert.NotEqual(At(1, 2).Boxes, At(1, 3).Boxes);
        Assert.NotEqual(At(1, 2).Boxes, At(2, 2).Boxes);
    }

    private static PatchDraws Draw(PatchSampling sampling, int views, params (int, int)[] sizes) =>
        PatchSampler.Draw(sampling, sizes, views, .5, seed: 9, step: 0);
}
