namespace PatchSsl.Core.Images.Scenes;

/// <summary>A generated scene.</summary>
/// <param name="Rgb">(size, size, 3).</param>
public sealed record Scene(string Name, string Class, string Split, byte[] Rgb);

/// <summary>Labelled procedural scenes that need no network: textured parts scattered over a soft background.</summary>
/// <remarks>
/// Twelve kinds of part in four families of three; nine classes, each made of one kind of each family. A class is a point of the affine
/// plane of order 3 and its kinds are the lines through it, so a kind belongs to exactly three classes, and two kinds of different
/// families to exactly one. A patch that shows one part therefore leaves three classes open, two parts seen together settle it, and a
/// bag of patches knows what a single patch cannot: the co-occurrence of parts is the only reliable cue. Palettes lean towards classes and
/// narrow them down to three. Place, size, turn, light and background vary freely, and about one part in twenty is a stray. Every fifth
/// scene is for testing. The same size and seed give the same bytes on every machine.
/// </remarks>
public static class SceneGenerator
{
    private const double Stray = .06;

    /// <summary>Sorted, so that a class's number is its place here.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["bazaar", "carnival", "castle", "garden", "harbour", "kitchen", "meadow", "quilt", "workshop"];

    /// <summary>Scene number <paramref name="ordinal"/> of a set.</summary>
    public static Scene Render(GeneratedSpec spec, int ordinal)
    {
        var label = ordinal % Classes.Count;
        var split = ordinal % 5 == 4 ? "test" : "train"; // 5 and 9 have no common factor: every class gets its fifth
        var random = new SceneRandom(spec.Seed, ordinal);
        var colours = new SceneColours(label, ref random);
        var canvas = new SceneCanvas(spec.Size);
        var (top, bottom) = (colours.Any(ref random), colours.Any(ref random));
        canvas.Background(top, bottom, random.Direction(), ref random);
        foreach (var (x, y) in Spread(7 + random.Below(3), ref random))
        {
            var kind = Kind(random.Chance(Stray) ? random.Below(Classes.Count) : label, random.Below(4));
            var (first, second) = colours.Pair(ref random);
            canvas.Draw(kind, x, y, random.Between(.15, .23), random.Direction(), first, second);
        }
        canvas.Light(random.Between(.75, 1.1), random.Direction(), random.Between(0, .3));
        return new Scene($"{split}/{Classes[label]}/{ordinal:D7}", Classes[label], split, canvas.ToRgb(ref random));
    }

    /// <summary>The kind of part that class number (a, b) of the plane takes from a family.</summary>
    private static PartKind Kind(int label, int family)
    {
        var (a, b) = (label / 3, label % 3);
        return PartKind.Families[family][family switch { 0 => a, 1 => b, 2 => (a + b) % 3, _ => (a + 2 * b) % 3 }];
    }

    /// <summary>Points that keep their distance: each is the best of a few candidates.</summary>
    private static List<(double X, double Y)> Spread(int count, ref SceneRandom random)
    {
        var points = new List<(double X, double Y)>(count);
        while (points.Count < count)
        {
            var (best, bestDistance) = ((X: 0.0, Y: 0.0), -1.0);
            for (var i = 0; i < 10; i++)
            {
                var candidate = (X: random.Between(.06, .94), Y: random.Between(.06, .94));
                var distance = double.MaxValue;
                foreach (var (x, y) in points)
                    distance = Math.Min(distance, (x - candidate.X) * (x - candidate.X) + (y - candidate.Y) * (y - candidate.Y));
                if (distance > bestDistance) (best, bestDistance) = (candidate, distance);
            }
            points.Add(best);
        }
        return points;
    }
}
