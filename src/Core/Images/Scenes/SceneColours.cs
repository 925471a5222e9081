namespace PatchSsl.Core.Images.Scenes;

/// <summary>An sRGB colour, components 0 to 1.</summary>
internal readonly record struct SceneColour(double R, double G, double B)
{
    public double Luminance => .3 * R + .59 * G + .11 * B;

    public static SceneColour Mix(SceneColour a, SceneColour b, double t) =>
        new(a.R + (b.R - a.R) * t, a.G + (b.G - a.G) * t, a.B + (b.B - a.B) * t);

    public SceneColour Times(double factor) => new(R * factor, G * factor, B * factor);

    public static SceneColour Hex(int rgb) => new((rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

/// <summary>Colours that go together: a palette, jittered. Where a class leans towards palettes it leans towards three, and shares each of them
/// with others, so that colour helps a little and never decides.</summary>
internal readonly struct SceneColours
{
    private static readonly int[][] Palettes =
    [
        [0xF4F1DE, 0xE07A5F, 0x3D405B, 0x81B29A, 0xF2CC8F],
        [0x264653, 0x2A9D8F, 0xE9C46A, 0xF4A261, 0xE76F51],
        [0xCDB4DB, 0xFFC8DD, 0x9D4EDD, 0x5A189A, 0xA2D2FF],
        [0x606C38, 0x283618, 0xFEFAE0, 0xDDA15E, 0xBC6C25],
        [0x8ECAE6, 0x219EBC, 0x023047, 0xFFB703, 0xFB8500],
        [0x2B2D42, 0x8D99AE, 0xEDF2F4, 0xEF233C, 0xD90429],
        [0xD8F3DC, 0x74C69D, 0x2D6A4F, 0x081C15, 0xFFD166],
        [0x3A0CA3, 0x7209B7, 0xF72585, 0x4CC9F0, 0xF8F7FF],
        [0xFFE8D6, 0xCB997E, 0xA5A58D, 0x6B705C, 0x3F4238],
    ];

    private readonly SceneColour[] _colours;

    private SceneColours(int[] palette, ref SceneRandom random)
    {
        _colours = new SceneColour[palette.Length];
        for (var i = 0; i < _colours.Length; i++)
        {
            var colour = SceneColour.Hex(palette[i]);
            _colours[i] = new SceneColour(
                colour.R + random.Between(-.1, .1), colour.G + random.Between(-.1, .1), colour.B + random.Between(-.1, .1));
        }
    }

    /// <summary>Of a palette that leans towards a class.</summary>
    public static SceneColours Of(int sceneClass, ref SceneRandom random) => new(
        Palettes[random.Chance(.8) ? (sceneClass + 3 * random.Below(3)) % Palettes.Length : random.Below(Palettes.Length)], ref random);

    /// <summary>Of any palette.</summary>
    public static SceneColours OfAny(ref SceneRandom random) => new(Palettes[random.Below(Palettes.Length)], ref random);

    public SceneColour Any(ref SceneRandom random) => _colours[random.Below(_colours.Length)];

    /// <summary>Two colours far enough apart in lightness for a texture made of them to be seen.</summary>
    public (SceneColour, SceneColour) Pair(ref SceneRandom random)
    {
        var first = Any(ref random);
        var second = Any(ref random);
        for (var i = 0; i < 8 && Math.Abs(first.Luminance - second.Luminance) < .25; i++) second = Any(ref random);
        if (Math.Abs(first.Luminance - second.Luminance) < .25) second = first.Times(first.Luminance > .5 ? .45 : 1.9);
        return (first, second);
    }
}
