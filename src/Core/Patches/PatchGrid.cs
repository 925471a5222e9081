using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Patches;

/// <summary>Which patches of an image are embedded: a grid of n square patches, or the whole image as one.</summary>
/// <remarks>Written <c>grid:n</c>, n a square number from 1 to 256, or <c>whole</c>.</remarks>
/// <param name="Count">Patches an image; 0 stands for the whole image.</param>
public sealed record PatchGrid(int Count)
{
    /// <summary>The whole image, squeezed to the encoder's input.</summary>
    public static PatchGrid Whole { get; } = new(0);

    /// <summary>Vectors an image gets: 1 for the whole image.</summary>
    public int PatchesPerImage => Math.Max(1, Count);

    /// <summary>Reads <c>grid:n</c> or <c>whole</c>; false where the text is neither or n is not a square number from 1 to 256.</summary>
    public static bool TryParse(string? text, out PatchGrid grid)
    {
        grid = Whole;
        if (text == "whole") return true;
        if (text is null || !text.StartsWith("grid:", StringComparison.Ordinal)) return false;
        if (!int.TryParse(text.AsSpan(5), System.Globalization.NumberStyles.None, null, out var n) || n is < 1 or > 256) return false;
        var side = (int)Math.Round(Math.Sqrt(n));
        if (side * side != n) return false;
        grid = new PatchGrid(n);
        return true;
    }

    /// <summary>Boxes of an image's patches, row by row.</summary>
    /// <param name="width">Image width in pixels.</param>
    /// <param name="height">Image height in pixels.</param>
    /// <param name="scale">Share of the image's area that a patch covers, 0 to 1; its side never exceeds the image's shorter one.</param>
    public IReadOnlyList<PatchBox> Boxes(int width, int height, double scale)
    {
        if (Count == 0) return [new PatchBox(0, 0, width, height)];
        var side = Math.Clamp(Math.Sqrt(scale * width * height), 1, Math.Min(width, height));
        var cells = (int)Math.Round(Math.Sqrt(Count));
        var boxes = new PatchBox[Count];
        for (var row = 0; row < cells; row++)
        {
            for (var column = 0; column < cells; column++)
            {
                boxes[row * cells + column] = new PatchBox(Position(column, cells, width - side), Position(row, cells, height - side), side, side);
            }
        }
        return boxes;
    }

    /// <summary>Offset of cell i of n, evenly spread over the room left; a single cell lies in the middle.</summary>
    private static double Position(int i, int n, double room) => n == 1 ? room / 2 : room * i / (n - 1);

    /// <inheritdoc/>
    public override string ToString() => Count == 0 ? "whole" : $"grid:{Count}";
}
