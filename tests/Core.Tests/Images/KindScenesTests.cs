using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Tests.Images;

public sealed class KindScenesTests
{
    private static readonly IReadOnlyList<string> Classes = SceneGenerator.Classes(SceneSet.Kinds);

    private static GeneratedSpec Spec(int images, int size = 64, int seed = 7) => new(images, size, seed, SceneSet.Kinds);

    [Fact]
    public void A_seed_gives_the_same_scene_and_the_same_parts()
    {
        Assert.Equal(SceneGenerator.Render(Spec(50), 33).Rgb, SceneGenerator.Render(Spec(50), 33).Rgb);
        Assert.NotEqual(SceneGenerator.Render(Spec(50), 33).Rgb, SceneGenerator.Render(Spec(50, seed: 8), 33).Rgb);
        Assert.NotEqual(SceneGenerator.Render(Spec(50), 33).Rgb, SceneGenerator.Render(Spec(50) with { Scenes = SceneSet.Mixtures }, 33).Rgb);
        Assert.Equal(Looks(Spec(50), 33), Looks(Spec(50), 33));
        Assert.NotEqual(Looks(Spec(50), 33), Looks(Spec(50, seed: 8), 33));

        static PartView[] Looks(GeneratedSpec spec, int ordinal) =>
            [.. new PatchGrid(16).Boxes(64, 64, .25).Select(box => Look(SceneGenerator.Parts(spec, ordinal), box, 64))];
    }

    [Fact]
    public void Classes_are_balanced_in_both_splits()
    {
        var scenes = Enumerable.Range(0, 450).Select(ordinal => SceneGenerator.Render(Spec(450, 16), ordinal)).ToList();

        Assert.Equal(9, Classes.Count);
        Assert.Equal(Classes, Classes.Order(StringComparer.Ordinal));
        Assert.All(scenes.GroupBy(scene => (scene.Class, scene.Split)), group => Assert.Equal(group.Key.Split == "test" ? 10 : 40, group.Count()));
    }

    [Fact]
    public void The_parts_tell_the_class()
    {
        const int images = 450;
        int Majority(int ordinal) => SceneGenerator.Parts(Spec(images), ordinal).Kinds.CountBy(kind => kind).MaxBy(kind => kind.Value).Key;

        Assert.All(Enumerable.Range(0, images), ordinal => Assert.InRange(SceneGenerator.Parts(Spec(images), ordinal).Kinds.Count, 5, 6));
        // Most of five or six, each of the class with .8 and more: hardly ever another kind.
        Assert.InRange(Enumerable.Range(0, images).Count(ordinal => Majority(ordinal) == ordinal % 9), .97 * images, images);
        // And one part alone misleads now and then, or there would be nothing for a bag to settle.
        var parts = Enumerable.Range(0, images).SelectMany(ordinal => SceneGenerator.Parts(Spec(images), ordinal).Kinds.Select(kind => kind == ordinal % 9)).ToList();
        Assert.InRange(parts.Count(own => own) / (double)parts.Count, .77, .88);
    }

    [Fact]
    public void A_part_lies_where_its_pixels_differ_from_the_same_scene_without_it()
    {
        // The middle of what holds one whole part shows it; what shows no part at all is background in the picture: soft, without an edge.
        var spec = Spec(90, 96);
        var (inside, empty) = (new List<double>(), new List<double>());
        for (var ordinal = 0; ordinal < spec.Images; ordinal++)
        {
            var (map, rgb) = (SceneGenerator.Parts(spec, ordinal), SceneGenerator.Render(spec, ordinal).Rgb);
            foreach (var box in new PatchGrid(49).Boxes(96, 96, .04))
            {
                var view = Look(map, box, 96);
                if (view.Cover == 0) empty.Add(Contrast(rgb, box));
                else if (view.Cover > .5) inside.Add(Contrast(rgb, box));
            }
        }
        Assert.True(empty.Count > 200 && inside.Count > 200, $"{empty.Count} empty boxes, {inside.Count} full ones");
        Assert.True(inside.Average() > 2 * empty.Average(), $"contrast {inside.Average():0.0} on parts, {empty.Average():0.0} beside them");
    }

    [Fact]
    public void Some_patches_hold_exactly_one_whole_part()
    {
        var spec = Spec(180, 96);
        var views = Enumerable.Range(0, spec.Images)
            .SelectMany(ordinal => new PatchGrid(16).Boxes(96, 96, .25).Select(box => Look(SceneGenerator.Parts(spec, ordinal), box, 96))).ToList();

        Assert.InRange(views.Count(view => view.HoldsOneWhole) / (double)views.Count, .01, .2);
        Assert.All(views.Where(view => view.HoldsOneWhole), view => Assert.NotNull(view.Kind));
        Assert.InRange(views.Count(view => view.Kind is not null) / (double)views.Count, .9, 1);
    }

    [Fact]
    public void A_box_shows_the_kind_that_covers_most_of_it()
    {
        var map = new PartMap(100);
        map.Lay(Disc(kind: 3, x: .3), new PartKind(PartShape.Disc, PartTexture.Rings));
        map.Lay(Disc(kind: 5, x: .7), new PartKind(PartShape.Disc, PartTexture.Rings));

        Assert.Equal((3, true), (map.Look(.05, .25, .5, .5).Kind, map.Look(.05, .25, .5, .5).HoldsOneWhole));
        Assert.Equal((5, true), (map.Look(.5, .25, .5, .5).Kind, map.Look(.5, .25, .5, .5).HoldsOneWhole));
        Assert.False(map.Look(0, .25, 1, .5).HoldsOneWhole);              // two
        Assert.False(map.Look(.3, .25, .3, .5).HoldsOneWhole);            // half of one
        Assert.Equal(new PartView(null, 0, false), map.Look(0, 0, .1, 1)); // none
        Assert.Equal(Math.PI * Math.Pow(.2 * .95, 2) / .25, map.Look(.05, .25, .5, .5).Cover, .02);

        map.Lay(Disc(kind: 7, x: .4), new PartKind(PartShape.Disc, PartTexture.Rings));
        Assert.False(map.Look(.05, .25, .5, .5).HoldsOneWhole);           // the first is partly covered now, and the new one reaches out
        Assert.Equal(7, map.Look(.2, .25, .4, .5).Kind);

        static ScenePart Disc(int kind, double x) => new(kind, x, .5, .2, (1, 0), default, default);
    }

    [Fact]
    public void Raw_pixels_are_weak()
    {
        // Neither place nor colour tells the class, so pixels are near chance, which is a ninth.
        var spec = Spec(900, 24, 3);
        var scenes = Enumerable.Range(0, 900).Select(ordinal => SceneGenerator.Render(spec, ordinal)).ToList();
        var train = scenes.Where(scene => scene.Split == "train").ToList();
        var right = scenes.Where(scene => scene.Split == "test").Count(scene => train.MinBy(other => Distance(scene, other))!.Class == scene.Class);

        Assert.InRange(right / 180.0, 0, .25);
    }

    [Fact]
    public void Only_this_set_tells_its_parts() =>
        Assert.Throws<ArgumentException>(() => SceneGenerator.Parts(Spec(10) with { Scenes = SceneSet.Mixtures }, 0));

    private static PartView Look(PartMap map, PatchBox box, double side) => map.Look(box.X / side, box.Y / side, box.Width / side, box.Height / side);

    /// <summary>Mean difference of neighbouring pixels' greens.</summary>
    private static double Contrast(byte[] rgb, PatchBox box)
    {
        var (sum, count) = (0L, 0);
        for (var y = (int)box.Y; y < (int)(box.Y + box.Height); y++)
        {
            for (var x = (int)box.X; x < (int)(box.X + box.Width) - 1; x++, count++)
                sum += Math.Abs(rgb[(y * 96 + x) * 3 + 1] - rgb[(y * 96 + x + 1) * 3 + 1]);
        }
        return sum / (double)count;
    }

    private static long Distance(Scene a, Scene b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Rgb.Length; i++) sum += (a.Rgb[i] - b.Rgb[i]) * (a.Rgb[i] - b.Rgb[i]);
        return sum;
    }
}
