using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Augmentation;

/// <summary>Colour changes of patches, each with a parameter a patch. Pure functions; the caller owns what they return.</summary>
/// <remarks>
/// Patches are (n,3,P,P) in 0 to 1, parameters (n). The formulas are those of torchvision's tensor functions, which [E]'s and most other
/// training recipes use.
/// </remarks>
public static class ColourOps
{
    // ITU-R BT.601, as torchvision rounds it.
    internal const double Red = .2989, Green = .587, Blue = .114;

    /// <summary>Factor 0 is black, 1 the patch itself.</summary>
    public static Tensor Brightness(Tensor x, Tensor factor) => (x * Column(factor)).clamp_(0, 1);

    /// <summary>Factor 0 is the patch's mean grey, 1 the patch itself.</summary>
    public static Tensor Contrast(Tensor x, Tensor factor)
    {
        using var scope = NewDisposeScope();
        var mean = Grey(x).mean([1, 2, 3], keepdim: true);                              // (n, 1, 1, 1)
        return lerp(mean, x, Column(factor)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Factor 0 is grey, 1 the patch itself.</summary>
    public static Tensor Saturation(Tensor x, Tensor factor)
    {
        using var scope = NewDisposeScope();
        return lerp(Grey(x), x, Column(factor)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Turns the hue by a share of the circle, -.5 to .5.</summary>
    /// <remarks>
    /// Through HSV, by the closed form of the way back: channel k is max - chroma · clamp(min(t, 4 - t), 0, 1) with t = (6·hue + k) mod 6 and
    /// k = 5, 3, 1 for red, green, blue.
    /// </remarks>
    public static Tensor Hue(Tensor x, Tensor turn)
    {
        using var scope = NewDisposeScope();
        var (r, g, b) = (x.select(1, 0), x.select(1, 1), x.select(1, 2));               // (n, P, P)
        var highest = x.amax([1]);                                                      // (n, P, P)
        var chroma = highest - x.amin([1]);                                             // (n, P, P)
        var divisor = chroma.clamp_min(1e-12);                                          // a grey has no hue, and chroma 0 hides any
        var sector = where(highest == r, g - b, where(highest == g, b - r, r - g)).div_(divisor);
        sector.add_(where(highest == r, Of(0), where(highest == g, Of(2), Of(4))));     // 6·hue, -1 to 5
        sector.add_(turn.view(-1, 1, 1), alpha: 6);
        return stack([Channel(5), Channel(3), Channel(1)], 1).MoveToOuterDisposeScope();                     // (n, 3, P, P)

        Tensor Of(double value) => full([], value, dtype: x.dtype, device: x.device);

        Tensor Channel(int k)
        {
            var t = (sector + k).remainder_(6);
            return highest - minimum(t, 4 - t).clamp_(0, 1).mul_(chroma);
        }
    }

    /// <summary>Three equal channels.</summary>
    public static Tensor Grayscale(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Grey(x).expand_as(x).MoveToOuterDisposeScope();
    }

    /// <summary>Inverts values from the threshold up.</summary>
    public static Tensor Solarize(Tensor x, double threshold)
    {
        using var scope = NewDisposeScope();
        return where(x >= threshold, 1 - x, x).MoveToOuterDisposeScope();
    }

    /// <summary>Gaussian blur with reflection at the edges: a row and a column product, whose matrices hold the kernel.</summary>
    /// <param name="sigma">(n), standard deviations in pixels.</param>
    /// <param name="radius">The kernel has 2·radius + 1 taps; below P.</param>
    public static Tensor GaussianBlur(Tensor x, Tensor sigma, int radius)
    {
        var (n, side) = (x.shape[0], (int)x.shape[3]);
        if (radius < 0 || radius >= side) throw new ArgumentOutOfRangeException(nameof(radius), radius, $"A patch of {side} pixels reflects less than {side} beyond its edge.");
        using var scope = NewDisposeScope();
        var taps = arange(-radius, radius + 1, dtype: x.dtype, device: x.device);       // (2r+1)
        var kernel = (taps / sigma.view(-1, 1)).pow_(2).mul_(-.5).exp_();                // (n, 2r+1)
        kernel.div_(kernel.sum(1, keepdim: true));
        var matrix = kernel.mm(Reflections(side, radius, x.dtype, x.device)).view(n, side, side);            // (n, P, P)
        var rows = x.reshape(n, 3 * side, side).bmm(matrix.transpose(1, 2));            // (n, 3·P, P)
        var columns = rows.view(n, 3, side, side).transpose(2, 3).reshape(n, 3 * side, side).bmm(matrix.transpose(1, 2));
        return columns.view(n, 3, side, side).transpose(2, 3).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Which pixel the tap d of output pixel i reads, as ones in (2r+1, P·P).</summary>
    private static Tensor Reflections(int side, int radius, ScalarType type, Device device)
    {
        var taps = (2 * radius) + 1;
        var ones = new float[taps * side * side];
        for (var tap = 0; tap < taps; tap++)
        {
            for (var i = 0; i < side; i++)
            {
                var j = Math.Abs(i + tap - radius);
                if (j >= side) j = (2 * (side - 1)) - j;
                ones[(((tap * side) + i) * side) + j] = 1;
            }
        }
        return ToDevice.To(device, tensor(ones)).to(type).view(taps, side * side);
    }

    /// <summary>(n,1,P,P).</summary>
    private static Tensor Grey(Tensor x) =>
        (x.narrow(1, 0, 1) * Red).add_(x.narrow(1, 1, 1), alpha: Green).add_(x.narrow(1, 2, 1), alpha: Blue);

    private static Tensor Column(Tensor parameter) => parameter.view(-1, 1, 1, 1);
}
