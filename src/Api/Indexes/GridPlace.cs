using PatchSsl.Core.Pixels;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Where a box lies, told as a place of an index's grid.</summary>
public static class GridPlace
{
    /// <summary>The grid's place whose centre is nearest to the box's; null where the grid has one place, or the box is the whole image.</summary>
    /// <param name="width">Of the box's image, in pixels.</param>
    public static int? Of(IndexHeader header, PatchBox box, int width, int height)
    {
        if (header.PatchesPerImage == 1 || (box.Width >= width && box.Height >= height)) return null;
        var boxes = header.Boxes(width, height);
        return Enumerable.Range(0, boxes.Count).MinBy(i => Math.Pow(Centre(boxes[i]).X - Centre(box).X, 2) + Math.Pow(Centre(boxes[i]).Y - Centre(box).Y, 2));
    }

    private static (double X, double Y) Centre(PatchBox box) => (box.X + box.Width / 2, box.Y + box.Height / 2);
}
