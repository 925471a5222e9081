using PatchSsl.Core.Explain.Locality;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Tests.Explain;

public sealed class PatchLookTests
{
    /// <summary>CIELAB of sRGB under D65, as computed by numpy and as published for the primaries.</summary>
    [Theory]
    [InlineData(1, 0, 0, 53.2408, 80.0925, 67.2032)]
    [InlineData(0, 0, 1, 32.2970, 79.1875, -107.8602)]
    [InlineData(.02, .02, .02, 1.3983, 0, 0)]
    [InlineData(.5, .25, .75, 41.1553, 51.4108, -56.4485)]
    public void Colours_are_those_of_the_standard(double r, double g, double b, double l, double a, double bStar)
    {
        var look = Look((_, _) => ((float)r, (float)g, (float)b));
        Assert.Equal(l, look.L, 1e-3);
        Assert.Equal(a, look.A, 1e-3);
        Assert.Equal(bStar, look.B, 1e-3);
        Assert.Null(look.Edges);
    }

    [Fact]
    public void Distances_are_those_worked_out_by_hand()
    {
        var (black, white) = (Look((_, _) => (0, 0, 0)), Look((_, _) => (1, 1, 1)));
        Assert.Equal(100, black.ColourDistance(white), 1e-3);

        var right = Ramp(0);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0], right.Edges!.Select(e => Math.Round(e, 5)));
        Assert.Equal(1, right.OrientationDistance(Ramp(90)), 1e-5);
        Assert.Equal(0, right.OrientationDistance(Ramp(180)), 1e-5);
        // 11.25° is half way to the next orientation: half of the histogram is elsewhere.
        Assert.Equal(.5, right.OrientationDistance(Ramp(11.25)), 1e-3);
        Assert.Equal(.25, right.OrientationDistance(Ramp(180 - 5.625)), 1e-3);
        Assert.True(double.IsNaN(right.OrientationDistance(black)));
    }

    [Fact]
    public void Boxes_overlap_by_their_areas()
    {
        var box = new PatchBox(0, 0, .5, .5);
        Assert.Equal(1, PatchBank.Overlap(box, box), 1e-12);
        Assert.Equal(1.0 / 3, PatchBank.Overlap(box, box with { X = .25 }), 1e-12);
        Assert.Equal(1.0 / 7, PatchBank.Overlap(box, new PatchBox(.25, .25, .5, .5)), 1e-12);
        Assert.Equal(0, PatchBank.Overlap(box, box with { X = .5 }), 1e-12);
    }

    private static PatchLook Ramp(double degrees)
    {
        var (dx, dy) = (Math.Cos(degrees * Math.PI / 180), Math.Sin(degrees * Math.PI / 180));
        return Look((x, y) =>
        {
            var grey = (float)(.5 + (.01 * ((dx * x) + (dy * y))));
            return (grey, grey, grey);
        });
    }

    private static PatchLook Look(Func<int, int, (float R, float G, float B)> paint)
    {
        const int size = 16;
        var rgb = new float[3 * size * size];
        for (var i = 0; i < size * size; i++) (rgb[i], rgb[i + 256], rgb[i + 512]) = paint(i % size, i / size);
        return PatchLook.Of(rgb, size);
    }
}
