namespace PatchSsl.Core.Images.Scenes;

/// <summary>Scenes whose class is a kind of part, whatever its colours, size, turn and place.</summary>
/// <remarks>
/// Nine kinds, nine classes. A scene holds five or six parts: each is of the scene's kind with probability .8 and of any of the nine otherwise, so a
/// single patch can mislead and the whole bag seldom does. Every part takes its colours from a palette of its own, and the background runs
/// through four colours of four palettes: what the patches of an image have in common, and not with those of other images, is the kind of
/// part and hardly anything else.
/// </remarks>
internal static class KindScenes
{
    private const double Own = .8, Margin = .12;

    /// <summary>Name and look of the kinds. Sorted by name, so that a class's number is its place here.</summary>
    private static readonly (string Name, PartKind Look)[] Kinds =
    [
        ("bullseye", new(PartShape.Disc, PartTexture.Rings)),
        ("chessboard", new(PartShape.Square, PartTexture.Checks)),
        ("cross", new(PartShape.Cross, PartTexture.Shade)),
        ("flower", new(PartShape.Petals, PartTexture.Spokes)),
        ("honeycomb", new(PartShape.Hexagon, PartTexture.Dots)),
        ("ring", new(PartShape.Ring, PartTexture.Shade)),
        ("sail", new(PartShape.Triangle, PartTexture.Waves)),
        ("star", new(PartShape.Star, PartTexture.Shade)),
        ("wall", new(PartShape.Square, PartTexture.Bricks)),
    ];

    public static IReadOnlyList<string> Classes { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <returns>(size, size, 3).</returns>
    public static byte[] Render(int label, int size, SceneRandom random)
    {
        var parts = Compose(label, ref random);
        var canvas = new SceneCanvas(size);
        Span<SceneColour> corners = stackalloc SceneColour[4];
        foreach (ref var corner in corners) corner = SceneColours.OfAny(ref random).Any(ref random);
        canvas.Background(corners, ref random);
        foreach (var part in parts) canvas.Draw(Kinds[part.Kind].Look, part.X, part.Y, part.Radius, part.Turn, part.First, part.Second);
        canvas.Light(random.Between(.8, 1.1), random.Direction(), random.Between(0, .3));
        return canvas.ToRgb(ref random);
    }

    /// <summary>The parts of the scene that <see cref="Render"/> paints from the same state of chance.</summary>
    public static PartMap Parts(int label, int size, SceneRandom random)
    {
        var map = new PartMap(size);
        foreach (var part in Compose(label, ref random)) map.Lay(part, Kinds[part.Kind].Look);
        return map;
    }

    private static ScenePart[] Compose(int label, ref SceneRandom random)
    {
        var places = random.Spread(5 + random.Below(2), Margin);
        var parts = new ScenePart[places.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var kind = random.Chance(Own) ? label : random.Below(Kinds.Length);
            var (first, second) = SceneColours.OfAny(ref random).Pair(ref random);
            parts[i] = new ScenePart(kind, places[i].X, places[i].Y, random.Between(.15, .22), random.Direction(), first, second);
        }
        return parts;
    }
}
