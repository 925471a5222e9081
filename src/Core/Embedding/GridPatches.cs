using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Embedding;

/// <summary>The patches an index or a bag takes of an image.</summary>
public static class GridPatches
{
    /// <summary>Patches of an image in the order of the grid, as an index numbers them.</summary>
    public static IReadOnlyList<PatchSource> Of(ImageStore store, int ordinal, PatchGrid grid, double patchScale)
    {
        var (width, height) = store.Size(ordinal);
        return [.. grid.Boxes(width, height, patchScale).Select(box => new PatchSource(store, ordinal, box))];
    }
}
