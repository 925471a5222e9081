using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Patches;

/// <summary>Cuts boxes out of images and resizes them, a batch at a time: the same code trains, embeds and evaluates.</summary>
/// <remarks>
/// Pixels are read by the CPU wherever the patches go. For a GPU that is the better way from photographs: the patches of a step are a tenth of
/// the bytes of its images, and are cut out while the GPU computes the step before. Only images that lie on a GPU already are cropped there, by
/// <see cref="TensorCropper"/>; the results agree.
/// </remarks>
public static class PatchCropper
{
    /// <summary>Any number of boxes of each image.</summary>
    /// <param name="boxes">Boxes of image i, in pixels of that image.</param>
    /// <param name="size">P, side of the patches in pixels.</param>
    /// <returns>(N,3,P,P) float32 in 0 to 1, the first image's patches first.</returns>
    /// <exception cref="ArgumentException">A box is not within its image.</exception>
    public static Tensor Crop(ImageBatch images, IReadOnlyList<IReadOnlyList<PatchBox>> boxes, int size, Device device)
    {
        if (boxes.Count != images.Count) throw new ArgumentException($"{images.Count} images need as many lists of boxes, got {boxes.Count}.", nameof(boxes));
        var cuts = new List<PatchCut>();
        for (var i = 0; i < boxes.Count; i++)
            foreach (var box in boxes[i]) cuts.Add(new PatchCut(i, cuts.Count, box, Flip: false));
        return ToDevice.To(device, PixelCropper.Crop(images, cuts.Count, i => cuts[i], size));
    }

    /// <summary>V boxes of each of B images, some of them mirrored.</summary>
    /// <param name="draws">V·B boxes and flips.</param>
    /// <param name="size">P, side of the patches in pixels.</param>
    /// <returns>(V,B,3,P,P) float32 in 0 to 1.</returns>
    /// <exception cref="ArgumentException">A box is not within its image, or there is not a whole number of views.</exception>
    public static Tensor Crop(ImageBatch images, PatchDraws draws, int size, Device device)
    {
        var cuts = Cuts(images, draws);
        using var patches = ToDevice.To(device, PixelCropper.Crop(images, draws.Boxes.Length, cuts, size));           // (V·B, 3, P, P)
        return patches.view(-1, images.Count, 3, size, size);                           // (V, B, 3, P, P)
    }

    /// <summary>The patches of a step, one image after the other.</summary>
    internal static Func<int, PatchCut> Cuts(ImageBatch images, PatchDraws draws)
    {
        if (draws.Boxes.Length % Math.Max(1, images.Count) != 0)
            throw new ArgumentException($"{images.Count} images need a multiple of as many boxes, got {draws.Boxes.Length}.", nameof(draws));
        if (draws.Flips.Length != draws.Boxes.Length)
            throw new ArgumentException($"{draws.Boxes.Length} boxes need as many flips, got {draws.Flips.Length}.", nameof(draws));
        var (count, views) = (images.Count, draws.Boxes.Length / Math.Max(1, images.Count));
        return i =>
        {
            var (image, view) = Math.DivRem(i, views);
            var n = (view * count) + image;
            return new PatchCut(image, n, draws.Boxes[n], draws.Flips[n]);
        };
    }
}
