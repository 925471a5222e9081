namespace PatchSsl.Core.Images.Scenes;

/// <summary>Scenes whose classes are mixtures: textured parts of four kinds scattered over a soft background.</summary>
/// <remarks>
/// Twelve kinds of part in four families of three; nine classes, each made of one kind of each family. A class is a point of the affine
/// plane of order 3 and its kinds are the lines through it, so a kind belongs to exactly three classes, and two kinds of different
/// families to exactly one. A patch that shows one part therefore leaves three classes open, two parts seen together settle it, and a
/// bag of patches knows what a single patch cannot: the co-occurrence of parts is the only reliable cue. Palettes lean towards classes and
/// narrow them down to three. Place, size, turn, light and background vary freely, and about one part in twenty is a stray.
/// </remarks>
internal static class MixtureScenes
{
    private const double Stray = .06;

    /// <summary>Sorted, so that a class's number is its place here.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["bazaar", "carnival", "castle", "garden", "harbour", "kitchen", "meadow", "quilt", "workshop"];

    /// <returns>(size, size, 3).</returns>
    public static byte[] Render(int label, int size, SceneRandom random)
    {
        var colours = SceneColours.Of(label, ref random);
        var canvas = new SceneCanvas(size);
        var (top, bottom) = (colours.Any(ref random), colours.Any(ref random));
        canvas.Background(top, bottom, random.Direction(), ref random);
        foreach (var (x, y) in random.Spread(7 + random.Below(3), .06))
        {
            var kind = Kind(random.Chance(Stray) ? random.Below(Classes.Count) : label, random.Below(4));
            var (first, second) = colours.Pair(ref random);
            canvas.Draw(kind, x, y, random.Between(.15, .23), random.Direction(), first, second);
        }
        canvas.Light(random.Between(.75, 1.1), random.Direction(), random.Between(0, .3));
        return canvas.ToRgb(ref random);
    }

    /// <summary>The kind of part that class number (a, b) of the plane takes from a family.</summary>
    private static PartKind Kind(int label, int family)
    {
        var (a, b) = (label / 3, label % 3);
        return PartKind.Families[family][family switch { 0 => a, 1 => b, 2 => (a + b) % 3, _ => (a + 2 * b) % 3 }];
    }
}
