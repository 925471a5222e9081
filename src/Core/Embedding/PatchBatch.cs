using PatchSsl.Core.Patches;
using static TorchSharp.torch;

namespace PatchSsl.Core.Embedding;

/// <summary>Cuts patches of any images out in their order, with bounded memory.</summary>
internal static class PatchBatch
{
    /// <summary>Bytes of the images that lie on one canvas, and floats of the weights that resize its patches.</summary>
    private const long CanvasBudget = 64 << 20, WeightBudget = 16 << 20;

    /// <returns>(N,3,P,P) float32 in 0 to 1 on the device.</returns>
    public static Tensor Crop(IReadOnlyList<PatchSource> patches, int size, Device device)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var group = new Canvas();
        foreach (var run in Runs(patches, size))
        {
            // Images of a canvas have as many boxes each: padding a single box to a neighbour's 256 would cut 255 patches for nothing.
            if (group.Count > 0 && !group.Fits(run)) parts.Add(Cut());
            group.Add(run);
        }
        parts.Add(Cut());
        return (parts.Count == 1 ? parts[0] : cat(parts)).MoveToOuterDisposeScope();

        Tensor Cut()
        {
            var (full, boxes) = (group, group.Boxes);
            group = new Canvas();
            return PatchCropper.Crop(full, boxes, size, device);                        // (n, 3, P, P)
        }
    }

    /// <summary>Consecutive patches of one image, no more than the weight budget allows.</summary>
    private static IEnumerable<PatchSource[]> Runs(IReadOnlyList<PatchSource> patches, int size)
    {
        for (int first = 0, next; first < patches.Count; first = next)
        {
            var most = Math.Max(1, WeightBudget / Weights(patches[first], size));
            for (next = first + 1; next < patches.Count && next - first < most && patches[next].IsOfSameImageAs(patches[first]); next++) { }
            yield return [.. patches.Skip(first).Take(next - first)];
        }
    }

    private static long Weights(PatchSource patch, int size) => 5L * size * Math.Max(patch.Width, patch.Height);

    private sealed class Canvas : ImageBatch
    {
        private readonly List<PatchSource[]> _images = [];
        private int _width, _height;

        public override int Count => _images.Count;

        public IReadOnlyList<IReadOnlyList<PatchBox>> Boxes => [.. _images.Select(image => image.Select(p => p.Box).ToArray())];

        public bool Fits(PatchSource[] image) =>
            image.Length == _images[0].Length
            && 3L * (Count + 1) * Math.Max(_width, image[0].Width) * Math.Max(_height, image[0].Height) <= CanvasBudget;

        public void Add(PatchSource[] image)
        {
            _images.Add(image);
            (_width, _height) = (Math.Max(_width, image[0].Width), Math.Max(_height, image[0].Height));
        }

        public override (int Width, int Height) Size(int i) => (_images[i][0].Width, _images[i][0].Height);

        public override ReadOnlySpan<byte> Pixels(int i) => _images[i][0].Pixels;
    }
}
