using System.Globalization;

namespace PatchSsl.Api.Images;

/// <summary>Ids of images, <c>{datasetId}-{ordinal}</c>, and of patches, <c>{indexId}-{row}</c>: opaque to callers.</summary>
public static class ImageIds
{
    public static string Of(string ownerId, long number) => string.Create(CultureInfo.InvariantCulture, $"{ownerId}-{number}");

    /// <summary>Takes an id apart; false when it has another form. That its parts exist is for the caller to look up.</summary>
    public static bool TryParse(string? id, out string ownerId, out long number)
    {
        (ownerId, number) = ("", 0);
        if (id is null || id.LastIndexOf('-') is var dash && dash <= 0) return false;
        ownerId = id[..dash];
        return long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
