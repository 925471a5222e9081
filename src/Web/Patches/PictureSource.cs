using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>Which address shows a picture best at the sizes of the dashboard.</summary>
public static class PictureSource
{
    /// <summary>Longest side of a thumbnail asked for, in pixels: enough for twice the tiles' size.</summary>
    public const int ThumbnailSide = 192;

    /// <summary>A whole image, for a tile or a preview. Small ones come as stored, so that the browser enlarges them without blur.</summary>
    public static string Thumbnail(string imageId, int width, int height) =>
        IsSmall(width, height) ? ApiRoutes.ImageContent(imageId) : ApiRoutes.Thumbnail(imageId, ThumbnailSide);

    /// <summary>A patch's crop at its own size, at most <see cref="ThumbnailSide"/>: the browser enlarges, and keeps pixels crisp.</summary>
    public static string Crop(string imageId, Box box) =>
        ApiRoutes.Patch(imageId, box, (int)Math.Clamp(Math.Ceiling(Math.Max(box.Width, box.Height)), 16, ThumbnailSide));

    /// <summary>The CSS class for a picture of that size: the pixels of small ones are kept crisp instead of blurred.</summary>
    public static string? Sharpness(double width, double height) => IsSmall(width, height) ? "sharp" : null;

    private static bool IsSmall(double width, double height) => Math.Max(width, height) <= 160;
}
