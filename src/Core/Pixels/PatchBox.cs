namespace PatchSsl.Core.Pixels;

/// <summary>A rectangle in pixels of the stored upright image; fractions of a pixel are allowed.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width, at least 1.</param>
/// <param name="Height">Height, at least 1.</param>
public readonly record struct PatchBox(double X, double Y, double Width, double Height)
{
    /// <summary>Whether the box holds something and lies within an image.</summary>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    public bool IsWithin(int width, int height)
    {
        // Grids are computed in floating point: their last boxes may end a rounding beyond the edge.
        const double rounding = 1e-6;
        return Width > 0 && Height > 0 && X >= -rounding && Y >= -rounding && X + Width <= width + rounding && Y + Height <= height + rounding;
    }
}
