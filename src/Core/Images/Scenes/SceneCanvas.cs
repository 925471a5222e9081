namespace PatchSsl.Core.Images.Scenes;

/// <summary>A square picture being painted; positions and lengths are shares of its side.</summary>
internal sealed class SceneCanvas(int size)
{
    private readonly SceneColour[] _pixels = new SceneColour[size * size];

    /// <summary>A gradient from one colour to another with faint clouds.</summary>
    public void Background(SceneColour from, SceneColour to, (double X, double Y) direction, ref SceneRandom random) => Cloudy(
        (x, y) => SceneColour.Mix(from, to, Math.Clamp(.5 + .7 * ((x - .5) * direction.X + (y - .5) * direction.Y), 0, 1)), ref random);

    /// <summary>Four corners' colours running into each other, with faint clouds.</summary>
    public void Background(ReadOnlySpan<SceneColour> corners, ref SceneRandom random)
    {
        var (a, b, c, d) = (corners[0], corners[1], corners[2], corners[3]);
        Cloudy((x, y) => SceneColour.Mix(SceneColour.Mix(a, b, x), SceneColour.Mix(c, d, x), y), ref random);
    }

    private void Cloudy(Func<double, double, SceneColour> paint, ref SceneRandom random)
    {
        const int cells = 4; // the clouds are bilinear between the points of a coarse lattice
        Span<double> lattice = stackalloc double[(cells + 1) * (cells + 1)];
        foreach (ref var value in lattice) value = random.Between(-.14, .14);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var (x, y) = ((column + .5) / size, (row + .5) / size);
                var (cx, cy) = ((int)(x * cells), (int)(y * cells));
                var (fx, fy) = (x * cells - cx, y * cells - cy);
                var at = cy * (cells + 1) + cx;
                var cloud = (lattice[at] * (1 - fx) + lattice[at + 1] * fx) * (1 - fy) +
                            (lattice[at + cells + 1] * (1 - fx) + lattice[at + cells + 2] * fx) * fy;
                _pixels[row * size + column] = paint(x, y).Times(1 + cloud);
            }
        }
    }

    /// <summary>A part with its shadow and a dark rim, antialiased by its distance function.</summary>
    public void Draw(PartKind kind, double x, double y, double radius, (double X, double Y) turn, SceneColour first, SceneColour second)
    {
        var reach = radius * 1.25;
        var sharpness = radius * size; // pixels a unit of the part's own square
        for (var row = Pixel(y - reach); row < Pixel(y + reach); row++)
        {
            for (var column = Pixel(x - reach); column < Pixel(x + reach); column++)
            {
                var (dx, dy) = (((column + .5) / size - x) / radius, ((row + .5) / size - y) / radius);
                ref var pixel = ref _pixels[row * size + column];
                var shadow = kind.Distance(turn.X * (dx - .1) + turn.Y * (dy - .14), turn.X * (dy - .14) - turn.Y * (dx - .1));
                pixel = pixel.Times(1 - .4 * Math.Clamp(.3 - 3 * shadow, 0, 1));
                var (u, v) = (turn.X * dx + turn.Y * dy, turn.X * dy - turn.Y * dx);
                var distance = kind.Distance(u, v);
                var inside = Math.Clamp(.5 - distance * sharpness, 0, 1);
                if (inside == 0) continue;
                var rim = Math.Clamp(1 + distance * 12, 0, 1);
                var colour = SceneColour.Mix(first, second, kind.Cover(u, v)).Times(1 - .45 * rim);
                pixel = SceneColour.Mix(pixel, colour, inside);
            }
        }
    }

    /// <summary>Brightens the whole and darkens it towards one side.</summary>
    public void Light(double brightness, (double X, double Y) direction, double fall)
    {
        for (var i = 0; i < _pixels.Length; i++)
        {
            var (x, y) = ((i % size + .5) / size - .5, ((double)(i / size) + .5) / size - .5);
            _pixels[i] = _pixels[i].Times(brightness * (1 + fall * (x * direction.X + y * direction.Y)));
        }
    }

    /// <summary>8-bit pixels (size, size, 3) with a little grain.</summary>
    public byte[] ToRgb(ref SceneRandom random)
    {
        var rgb = new byte[_pixels.Length * 3];
        for (var i = 0; i < _pixels.Length; i++)
        {
            var grain = random.Between(-.025, .025);
            rgb[3 * i] = Byte(_pixels[i].R + grain);
            rgb[3 * i + 1] = Byte(_pixels[i].G + grain);
            rgb[3 * i + 2] = Byte(_pixels[i].B + grain);
        }
        return rgb;
    }

    private static byte Byte(double value) => (byte)Math.Clamp(value * 255 + .5, 0, 255);

    private int Pixel(double position) => Math.Clamp((int)Math.Floor(position * size), 0, size);
}
