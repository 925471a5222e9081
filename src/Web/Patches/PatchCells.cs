using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>The grid of patches that an index keeps of every image, as boxes of one image.</summary>
/// <remarks>
/// The patches overlap: each covers <c>scale</c> of the image's area and they are spread evenly from edge to edge. The server places them the
/// same way (science.md, Evaluation), so a cell picked here is a patch that the index already holds.
/// </remarks>
public sealed record PatchCells(int Side, IReadOnlyList<Box> Boxes)
{
    /// <summary>Cells of an image.</summary>
    /// <param name="patches"><c>grid:n</c>; anything else is one cell.</param>
    /// <param name="scale">Share of the image's area that a patch covers, 0 to 1.</param>
    public static PatchCells Of(string patches, double scale, int width, int height)
    {
        var count = patches.StartsWith("grid:", StringComparison.Ordinal)
            && int.TryParse(patches.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        if (patches == "whole") return new PatchCells(1, [new Box(0, 0, width, height)]);
        var cells = Math.Max(1, (int)Math.Round(Math.Sqrt(count)));
        var side = Math.Clamp(Math.Sqrt(scale * width * height), 1, Math.Min(width, height));
        var boxes = new Box[cells * cells];
        for (var i = 0; i < boxes.Length; i++)
            boxes[i] = new Box(Offset(i % cells, cells, width - side), Offset(i / cells, cells, height - side), side, side);
        return new PatchCells(cells, boxes);
    }

    /// <summary>The cell in the middle: where looking starts.</summary>
    public int Middle => (Side - 1) / 2 * Side + (Side - 1) / 2;

    /// <summary>The cell whose centre is nearest to a point of the image.</summary>
    public int Nearest(double x, double y)
    {
        var best = 0;
        for (var i = 1; i < Boxes.Count; i++)
            if (Distance(Boxes[i], x, y) < Distance(Boxes[best], x, y)) best = i;
        return best;
    }

    /// <summary>The cell nearest to a box's centre.</summary>
    public int Nearest(Box box) => Nearest(box.X + box.Width / 2, box.Y + box.Height / 2);

    /// <summary>The cell that is this box, to within half a pixel; null when the box is a free one.</summary>
    public int? Matching(Box box)
    {
        var cell = Nearest(box);
        var (a, b) = (Boxes[cell], box);
        var off = Math.Max(
            Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y)), Math.Max(Math.Abs(a.Width - b.Width), Math.Abs(a.Height - b.Height)));
        return off < 0.5 ? cell : null;
    }

    /// <summary>The cell next to one, or the same at the edge: a step never wraps to the other side.</summary>
    public int Step(int cell, int columns, int rows)
    {
        var column = Math.Clamp(cell % Side + columns, 0, Side - 1);
        var row = Math.Clamp(cell / Side + rows, 0, Side - 1);
        return row * Side + column;
    }

    private static double Offset(int i, int n, double room) => n == 1 ? room / 2 : room * i / (n - 1);

    private static double Distance(Box box, double x, double y)
    {
        var (dx, dy) = (box.X + box.Width / 2 - x, box.Y + box.Height / 2 - y);
        return dx * dx + dy * dy;
    }
}
