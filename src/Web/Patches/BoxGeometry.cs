using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>From a drag over a picture to a box in its pixels.</summary>
public static class BoxGeometry
{
    /// <summary>Shortest side of a free box, in pixels: less holds nothing to look for.</summary>
    public const double MinSide = 4;

    /// <summary>A drag shorter than this share of the picture, both ways, was meant as a click.</summary>
    public const double ClickSlack = 0.02;

    /// <summary>Whether a pointer that went down and came up there was a click.</summary>
    /// <param name="fromX">0 is the picture's left edge, 1 its right one; likewise the others.</param>
    public static bool IsClick(double fromX, double fromY, double toX, double toY) =>
        Math.Abs(toX - fromX) < ClickSlack && Math.Abs(toY - fromY) < ClickSlack;

    /// <summary>The box between two points, in whole pixels, inside the image, at least <see cref="MinSide"/> a side.</summary>
    /// <param name="fromX">0 is the picture's left edge, 1 its right one; a drag may leave the picture, the box may not.</param>
    public static Box FromDrag(double fromX, double fromY, double toX, double toY, int width, int height)
    {
        var (x, w) = Span(fromX, toX, width);
        var (y, h) = Span(fromY, toY, height);
        return new Box(x, y, w, h);
    }

    /// <summary>The nearest box that lies inside the image, its size kept where it fits.</summary>
    public static Box Clamp(Box box, int width, int height)
    {
        var w = Math.Clamp(box.Width, Math.Min(1, width), width);
        var h = Math.Clamp(box.Height, Math.Min(1, height), height);
        return new Box(Math.Clamp(box.X, 0, width - w), Math.Clamp(box.Y, 0, height - h), w, h);
    }

    private static (double Start, double Length) Span(double from, double to, int size)
    {
        var start = Math.Round(Math.Clamp(Math.Min(from, to), 0, 1) * size);
        var end = Math.Round(Math.Clamp(Math.Max(from, to), 0, 1) * size);
        var length = Math.Max(end - start, Math.Min(MinSide, size));
        return (Math.Min(start, size - length), length);
    }
}
