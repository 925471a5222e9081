using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Patches;

/// <summary>Cuts boxes out of images that lie on a device and resizes them, a batch at a time.</summary>
/// <remarks>
/// Resizing is linear in the pixels and separable, so a patch is <c>Y · image · Xᵀ</c> with a row of weights for each output row and column:
/// two batched products, on any device. The weights are those of <see cref="ResizeTaps"/>, but as full rows: a GPU multiplies by their zeros
/// faster than it would look up what is not zero, as long as the images are small. A flip only reverses the rows of X.
/// <code>
/// canvas (B,H,W,3) uint8 → planes (B, 3·W, H) · Yᵀ (B, H, V·P) → (B,3,W,V,P) → (V·B, 3·P, W) · Xᵀ (V·B, W, P) → (V,B,3,P,P)
/// </code>
/// </remarks>
internal static class TensorCropper
{
    /// <summary>Floats in flight at once: a CPU works best out of its cache, a GPU on much at a time.</summary>
    private const long CpuBudget = 4 << 20, GpuBudget = 256 << 20;

    /// <summary>V boxes of each of B images.</summary>
    /// <param name="canvas">(B,H,W,3) uint8, or floats in 0 to 1.</param>
    /// <param name="boxes">V·B of them: box v·B + b is view v of image b.</param>
    /// <param name="flips">Which patches are mirrored left to right, V·B of them; empty for none.</param>
    /// <param name="size">P, side of the patches in pixels.</param>
    /// <param name="type">float32, or float64 for comparison with reference values.</param>
    /// <returns>(V,B,3,P,P) in 0 to 1 on the canvas's device.</returns>
    public static Tensor Crop(
        Tensor canvas, ReadOnlySpan<PatchBox> boxes, ReadOnlySpan<bool> flips, int size, ScalarType type = ScalarType.Float32) =>
        Crop(canvas, [], boxes, flips, size, type);

    /// <inheritdoc cref="Crop(Tensor, ReadOnlySpan{PatchBox}, ReadOnlySpan{bool}, int, ScalarType)"/>
    /// <param name="canvas">(n,H,W,3) uint8, or floats in 0 to 1.</param>
    /// <param name="rows">Which B of the n images are meant; empty for all of them.</param>
    public static Tensor Crop(
        Tensor canvas, ReadOnlySpan<int> rows, ReadOnlySpan<PatchBox> boxes, ReadOnlySpan<bool> flips, int size, ScalarType type = ScalarType.Float32)
    {
        if (canvas.dim() != 4 || canvas.shape[3] != 3 || !(canvas.dtype == ScalarType.Byte || canvas.is_floating_point()))
            throw new ArgumentException($"A canvas must be (B,H,W,3) of bytes or floats, got ({string.Join(',', canvas.shape)}) {canvas.dtype}.", nameof(canvas));
        var (images, height, width) = (rows.Length == 0 ? canvas.shape[0] : rows.Length, canvas.shape[1], canvas.shape[2]);
        if (boxes.Length == 0 || boxes.Length % images != 0) throw new ArgumentException($"{images} images need a multiple of as many boxes, got {boxes.Length}.", nameof(boxes));
        if (flips.Length != 0 && flips.Length != boxes.Length) throw new ArgumentException($"{boxes.Length} boxes need as many flips, got {flips.Length}.", nameof(flips));
        var views = boxes.Length / images;

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parameters = ToDevice.To(canvas.device, tensor(Parameters(rows, boxes, flips)));                  // in one copy
        var edges = parameters.narrow(0, 0, 5 * boxes.Length).view(5, views, images).to(type);               // (5, V, B)
        var (left, right, top, bottom) = (edges[0], edges[1], edges[2], edges[3]);
        var mirrored = flips.Length == 0 ? null : edges[4] != 0;                        // (V, B)
        if (rows.Length > 0) canvas = canvas.index_select(0, parameters.narrow(0, 5 * boxes.Length, images).to(ScalarType.Int64));
        var floatsAnImage = (3 * height * width) + (views * size * ((4 * width) + height));
        var chunk = Math.Max(1, (canvas.device_type == TorchSharp.DeviceType.CUDA ? GpuBudget : CpuBudget) / floatsAnImage);
        if (chunk >= images) return Part(canvas, 0, images).MoveToOuterDisposeScope();

        var patches = empty([views, images, 3, size, size], type, canvas.device);       // (V, B, 3, P, P)
        for (long first = 0; first < images; first += chunk)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(chunk, images - first);
            patches.narrow(1, first, count).copy_(Part(canvas.narrow(0, first, count), first, count));
        }
        return patches.MoveToOuterDisposeScope();

        Tensor Part(Tensor images, long first, long count)
        {
            var across = Weights(Of(left), Of(right), mirrored is null ? null : Of(mirrored), size, width);   // (V, b, P, W)
            var down = Weights(Of(top), Of(bottom), null, size, height);   // (V, b, P, H)
            if (canvas.dtype == ScalarType.Byte) down.div_(255);
            var planes = images.permute(0, 3, 2, 1).to(type).reshape(count, 3 * width, height);       // (b, 3·W, H)
            var rows = down.permute(1, 3, 0, 2).reshape(count, height, views * size);   // (b, H, V·P)
            var tall = planes.bmm(rows).view(count, 3, width, views, size)              // (b, 3, W, V, P)
                .permute(3, 0, 1, 4, 2).reshape(views * count, 3 * size, width);        // (V·b, 3·P, W)
            return tall.bmm(across.view(views * count, size, width).transpose(1, 2))    // (V·b, 3·P, P)
                .view(views, count, 3, size, size);                                     // (V, b, 3, P, P)

            Tensor Of(Tensor edges) => edges.narrow(1, first, count);
        }
    }

    /// <summary>Weight of each input pixel in each output pixel, rows summing to 1.</summary>
    /// <param name="start">(V,B) where boxes begin.</param>
    /// <param name="end">(V,B) where they end.</param>
    /// <returns>(V,B,P,L).</returns>
    private static Tensor Weights(Tensor start, Tensor end, Tensor? mirrored, int size, long length)
    {
        var (first, last) = (start.reshape(-1, 1, 1), end.reshape(-1, 1, 1));           // (N, 1, 1)
        return Weights().view(start.shape[0], start.shape[1], size, length);

        Tensor Weights()
        {
            var output = arange(size, dtype: start.dtype, device: start.device).add_(.5).view(1, -1, 1);     // (1, P, 1)
            var pixel = arange(length, dtype: start.dtype, device: start.device).view(1, 1, -1);             // (1, 1, L)
            if (mirrored is not null) output = where(mirrored.reshape(-1, 1, 1), size - output, output);     // (N, P, 1)
            var scale = (last - first) / size;                                          // (N, 1, 1) input pixels an output pixel
            var centre = first + (output * scale) - .5;                                 // (N, P, 1)
            var weights = (pixel - centre).abs_().div_(-scale.clamp_min(1)).add_(1).clamp_min_(0);           // (N, P, L)
            var inside = (pixel >= first.floor()).logical_and_(pixel < last.ceil());    // (N, 1, L)
            weights.mul_(inside);
            return weights.div_(weights.sum(-1, keepdim: true));
        }
    }

    /// <returns>Left, right, top and bottom edges and flips of each box, then the rows.</returns>
    private static double[] Parameters(ReadOnlySpan<int> rows, ReadOnlySpan<PatchBox> boxes, ReadOnlySpan<bool> flips)
    {
        var values = new double[(5 * boxes.Length) + rows.Length];
        for (var n = 0; n < boxes.Length; n++)
        {
            var box = boxes[n];
            if (!(box.Width > 0 && box.Height > 0)) throw new ArgumentException($"Box {n} is empty: {box}.", nameof(boxes));
            values[n] = box.X;
            values[boxes.Length + n] = box.X + box.Width;
            values[(2 * boxes.Length) + n] = box.Y;
            values[(3 * boxes.Length) + n] = box.Y + box.Height;
            values[(4 * boxes.Length) + n] = flips.Length > 0 && flips[n] ? 1 : 0;
        }
        for (var b = 0; b < rows.Length; b++) values[(5 * boxes.Length) + b] = rows[b];
        return values;
    }
}
