namespace PatchSsl.Core.Images.Scenes;

/// <summary>Outline of a part.</summary>
internal enum PartShape { Disc, Ring, Square, Hexagon, Triangle, Star, Petals, Cross }

/// <summary>What a part is covered with.</summary>
internal enum PartTexture { Stripes, Rings, Waves, Checks, Bricks, Dots, Spokes, Shade }

/// <summary>A kind of part: always this shape with this texture; place, size, turn and colours vary.</summary>
internal readonly record struct PartKind(PartShape Shape, PartTexture Texture)
{
    /// <summary>Four families of three kinds. Every class takes one of each family: see <see cref="MixtureScenes"/>.</summary>
    public static readonly PartKind[][] Families =
    [
        [new(PartShape.Disc, PartTexture.Stripes), new(PartShape.Disc, PartTexture.Rings), new(PartShape.Ring, PartTexture.Waves)],
        [new(PartShape.Square, PartTexture.Checks), new(PartShape.Square, PartTexture.Bricks), new(PartShape.Hexagon, PartTexture.Dots)],
        [new(PartShape.Triangle, PartTexture.Waves), new(PartShape.Triangle, PartTexture.Shade), new(PartShape.Star, PartTexture.Stripes)],
        [new(PartShape.Petals, PartTexture.Spokes), new(PartShape.Petals, PartTexture.Dots), new(PartShape.Cross, PartTexture.Checks)],
    ];

    /// <summary>Signed distance to the outline at a point of the part's own square, -1 to 1: negative inside.</summary>
    public double Distance(double x, double y)
    {
        var radius = Math.Sqrt(x * x + y * y);
        var (ax, ay) = (Math.Abs(x), Math.Abs(y));
        return Shape switch
        {
            PartShape.Disc => radius - .95,
            PartShape.Ring => Math.Abs(radius - .66) - .3,
            PartShape.Square => Math.Max(ax, ay) - .8,
            PartShape.Hexagon => Math.Max(ax, .5 * ax + .8660254 * ay) - .85,
            PartShape.Triangle => Math.Max(.8660254 * ax + .5 * y, -y) - .5,
            PartShape.Star => radius - (.42 + .55 * Ridge(Angle(x, y) * 5)),
            PartShape.Petals => radius - (.62 + .33 * Wave(Angle(x, y) * 6)),
            _ => Math.Max(Math.Min(ax, ay) - .34, Math.Max(ax, ay) - .95),
        };
    }

    /// <summary>Share of the second colour at a point, 0 to 1.</summary>
    public double Cover(double x, double y) => Texture switch
    {
        PartTexture.Stripes => Crisp(Wave(x * 1.6)),
        PartTexture.Rings => Crisp(Wave(Math.Sqrt(x * x + y * y) * 2.1)),
        PartTexture.Waves => Crisp(Wave(y * 1.7 + .22 * Wave(x * 1.5))),
        PartTexture.Checks => Crisp(1.8 * Wave(x * 1.25) * Wave(y * 1.25)),
        PartTexture.Bricks => Bricks(x, y),
        PartTexture.Dots => Crisp(1.3 * (Wave(x * 1.5) + Wave(y * 1.5)) - 1),
        PartTexture.Spokes => Crisp(Wave(Angle(x, y) * 6 + .25)),
        _ => Math.Clamp(.5 + .6 * y, 0, 1),
    };

    private static double Bricks(double x, double y)
    {
        var row = Math.Floor(y * 2.2);
        var along = x * 1.2 + (((int)row & 1) == 0 ? 0 : .5);
        var (u, v) = (along - Math.Floor(along), y * 2.2 - row);
        return u < .16 || v < .24 ? 1 : 0;
    }

    private static double Crisp(double wave) => Math.Clamp(.5 + 1.6 * wave, 0, 1);

    /// <summary>A wave of period 1 and height 1 made of parabolas: close to a sine, and the same bits on every machine.</summary>
    private static double Wave(double x)
    {
        var t = x - Math.Floor(x);
        return t < .5 ? 16 * t * (.5 - t) : -16 * (t - .5) * (1 - t);
    }

    /// <summary>A sawtooth of period 1 that rises to 1 in the middle.</summary>
    private static double Ridge(double x)
    {
        var t = x - Math.Floor(x);
        return 1 - Math.Abs(2 * t - 1);
    }

    /// <summary>Angle in turns, 0 to 1, to about a thousandth, without a library's arctangent.</summary>
    private static double Angle(double x, double y)
    {
        var (ax, ay) = (Math.Abs(x), Math.Abs(y));
        if (ax + ay < 1e-9) return 0;
        var ratio = Math.Min(ax, ay) / Math.Max(ax, ay);
        var turn = ratio * (.1681 - .0431 * ratio * ratio); // an eighth of a turn at ratio 1
        if (ay > ax) turn = .25 - turn;
        if (x < 0) turn = .5 - turn;
        return y < 0 ? 1 - turn : turn;
    }
}
