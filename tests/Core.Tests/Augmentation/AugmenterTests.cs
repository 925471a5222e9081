using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Augmentation;

public sealed class AugmenterTests
{
    private static readonly AugmentationPlan Plan = AugmentationPlan.Of(RecipeCatalog.Find("emp-ssl")!.Recipe);

    [Fact]
    public void A_batch_is_changed_as_its_patches_are_one_by_one()
    {
        using var scope = NewDisposeScope();
        // More patches than one block holds.
        const int count = 700;
        var patches = Patches(count);
        var draws = AugmentationDraws.Draw(Plan, count, seed: 3, step: 5);
        var batched = patches.clone();
        Augmenter.Apply(batched, draws, Plan);

        for (var n = 0; n < count; n++)
        {
            using var step = NewDisposeScope();
            Assert.True(ReferenceValues.Difference(batched.narrow(0, n, 1), OneByOne(patches.narrow(0, n, 1), draws, n)) < 2e-6, $"patch {n}");
        }
    }

    [Theory]
    [InlineData(32, 5)]
    [InlineData(33, 130)]
    [InlineData(8, 40)]
    [InlineData(3, 9)]
    public void Pixel_by_pixel_and_by_tensors_agree(int side, int count)
    {
        using var scope = NewDisposeScope();
        var plan = Plan with { Blur = .5, Solarize = .3, Grayscale = .3 };
        var draws = AugmentationDraws.Draw(plan, count, seed: 4, step: side);
        var patches = Patches(count, side);
        var (byPixels, byTensors) = (patches.clone(), patches.clone());
        Augmenter.Apply(byPixels, draws, plan);
        Augmenter.ByTensors(byTensors, draws, plan, Math.Min(6, side - 1));
        Assert.True(ReferenceValues.Difference(byPixels, byTensors) < 1e-5);
        Assert.False(byPixels.equal(patches).all().item<bool>());

        var (mean, deviation) = (new ChannelValues(.1, .2, .3), new ChannelValues(.5, .25, .2));
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            // The other way takes any type but float32.
            var expected = Augmenter.Normalise(patches.to(ScalarType.Float64), mean, deviation, type);
            var difference = ReferenceValues.Difference(Augmenter.Normalise(patches, mean, deviation, type), expected);
            Assert.True(difference < (type == ScalarType.Float32 ? 1e-5 : .04), $"{type}: {difference}");
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var patches = Patches(100, 20);
        var draws = AugmentationDraws.Draw(Plan, 100, 1, 1);
        var results = new List<Tensor>();
        foreach (var number in new[] { 1, 2, 5 })
        {
            results.Add(patches.clone());
            PixelAugmenter.Apply(results[^1], draws, Plan, radius: 6, number);
        }
        Assert.True(results[0].equal(results[1]).all().item<bool>());
        Assert.True(results[0].equal(results[2]).all().item<bool>());
    }

    [Fact]
    public void Draws_depend_on_seed_and_step_alone()
    {
        var (a, b) = (AugmentationDraws.Draw(Plan, 50, 1, 2), AugmentationDraws.Draw(Plan, 50, 1, 2));
        Assert.Equal(a.Factors, b.Factors);
        Assert.Equal(a.Order, b.Order);
        Assert.NotEqual(a.Factors, AugmentationDraws.Draw(Plan, 50, 1, 3).Factors);
        Assert.NotEqual(a.Factors, AugmentationDraws.Draw(Plan, 50, 2, 2).Factors);
        // One probability leaves the other draws where they were.
        Assert.Equal(a.Sigma, AugmentationDraws.Draw(Plan with { Jitter = 0, Grayscale = 1 }, 50, 1, 2).Sigma);
    }

    [Fact]
    public void Draws_have_the_recipes_rates_and_ranges()
    {
        const int count = 20_000;
        var draws = AugmentationDraws.Draw(Plan, count, 7, 0);
        Near(.8, draws.Jitter.Count(x => x));
        Near(.2, draws.Grayscale.Count(x => x));
        Near(.1, draws.Blur.Count(x => x));
        Near(.1, draws.Solarize.Count(x => x));
        Assert.All(draws.Factors.Take(3 * count), f => Assert.InRange(f, .6f, 1.4f));
        Assert.All(draws.Factors.Skip(3 * count), f => Assert.InRange(f, -.2f, .2f));
        Assert.All(draws.Sigma, s => Assert.InRange(s, .1f, 2f));
        foreach (var op in Enum.GetValues<ColourOp>()) Near(.25, Enumerable.Range(0, count).Count(n => draws.Order[4 * n] == op));

        static void Near(double expected, int hits) => Assert.InRange((double)hits / count, expected - .015, expected + .015);
    }

    [Fact]
    public void A_plan_of_zeros_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var none = Plan with { Jitter = 0, Grayscale = 0, Blur = 0, Solarize = 0 };
        var patches = Patches(20);
        var changed = patches.clone();
        Augmenter.Apply(changed, AugmentationDraws.Draw(none, 20, 0, 0), none);
        Assert.Equal(0, ReferenceValues.Difference(changed, patches));
    }

    [Fact]
    public void Normalised_patches_are_channels_last()
    {
        using var scope = NewDisposeScope();
        var patches = Patches(5);
        var mean = new ChannelValues(.1, .2, .3);
        var deviation = new ChannelValues(.5, .25, .2);
        var x = Augmenter.Normalise(patches, mean, deviation, ScalarType.Float32);
        var expected = (patches - tensor([.1f, .2f, .3f]).view(1, 3, 1, 1)) / tensor([.5f, .25f, .2f]).view(1, 3, 1, 1);
        Assert.True(ReferenceValues.Difference(x, expected) < 1e-5);
        Assert.Equal([3L * 64, 1, 3 * 8, 3], x.stride());
        Assert.Equal(ScalarType.BFloat16, Augmenter.Normalise(patches, mean, deviation, ScalarType.BFloat16).dtype);
    }

    [Fact]
    public void A_wrong_count_is_named()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.Throws<ArgumentException>(() => Augmenter.Apply(Patches(3), AugmentationDraws.Draw(Plan, 4, 0, 0), Plan));
        Assert.Contains("(4,3,P,P), got (3,3,8,8)", failure.Message);
    }

    private static Tensor OneByOne(Tensor x, AugmentationDraws draws, int n)
    {
        Tensor Factor(ColourOp op) => tensor([draws.Factors[((int)op * draws.Count) + n]]);
        if (draws.Jitter[n])
        {
            foreach (var op in draws.Order.AsSpan(4 * n, 4))
            {
                x = op switch
                {
                    ColourOp.Brightness => ColourOps.Brightness(x, Factor(op)),
                    ColourOp.Contrast => ColourOps.Contrast(x, Factor(op)),
                    ColourOp.Saturation => ColourOps.Saturation(x, Factor(op)),
                    _ => ColourOps.Hue(x, Factor(op)),
                };
            }
        }
        if (draws.Grayscale[n]) x = ColourOps.Grayscale(x);
        if (draws.Blur[n]) x = ColourOps.GaussianBlur(x, tensor([draws.Sigma[n]]), 6);
        return draws.Solarize[n] ? ColourOps.Solarize(x, Plan.SolarizeThreshold) : x;
    }

    private static Tensor Patches(int count, int side = 8)
    {
        var values = new float[count * 3 * side * side];
        new PatchSsl.Core.Runtime.CounterRandom(11, "test", 0).Fill(values);
        return tensor(values).view(count, 3, side, side);
    }
}
