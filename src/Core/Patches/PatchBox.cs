namespace PatchSsl.Core.Patches;

/// <summary>A rectangle in pixels of the stored upright image; fractions of a pixel are allowed.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width, at least 1.</param>
/// <param name="Height">Height, at least 1.</param>
public readonly record struct PatchBox(double X, double Y, double Width, double Height);
