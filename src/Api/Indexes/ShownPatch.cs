using PatchSsl.Api.Images;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>A row of an index as people see it: the patch it holds, with its image.</summary>
/// <param name="Id">The patch's own id.</param>
/// <param name="Class">Null where the image has none.</param>
/// <param name="Thumbnail">Where its picture is.</param>
internal sealed record ShownPatch(string Id, string ImageId, ImageInfo Image, string? Class, Box Box, string Thumbnail)
{
    /// <summary>Longest side in pixels of the pictures of patches in galleries.</summary>
    private const int CropSide = 96;

    public static ShownPatch Of(string indexId, string datasetId, IndexHeader header, ImageStore store, long row)
    {
        var (ordinal, patch) = header.Place(row);
        var image = store.Info(ordinal);
        var box = header.Boxes(image.Width, image.Height)[patch].ToContract();
        var imageId = ImageIds.Of(datasetId, ordinal);
        return new ShownPatch(
            ImageIds.Of(indexId, row), imageId, image, image.ClassIndex < 0 ? null : store.Classes[image.ClassIndex], box,
            ApiRoutes.Patch(imageId, box, CropSide));
    }
}
