using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Augmentation;

/// <summary>Changes the colours of a batch of patches where they are, each patch by its own draws.</summary>
/// <remarks>
/// Every op takes the rows it applies to out of the batch, changes them, and puts them back, so nothing is computed for patches an op leaves
/// alone. Which rows these are is known on the CPU: no wait for the device. On a CPU the work goes through its cache in blocks of patches.
/// </remarks>
public static class Augmenter
{
    private const long CpuBlockFloats = 1 << 19;

    /// <summary>Changes <paramref name="patches"/> in place.</summary>
    /// <param name="patches">(N,3,P,P) in 0 to 1, contiguous.</param>
    /// <param name="draws">Of N patches.</param>
    public static void Apply(Tensor patches, AugmentationDraws draws, AugmentationPlan plan)
    {
        if (patches.dim() != 4 || patches.shape[1] != 3 || patches.shape[0] != draws.Count)
            throw new ArgumentException($"Patches must be ({draws.Count},3,P,P), got ({string.Join(',', patches.shape)}).", nameof(patches));
        using var frozen = no_grad();
        var radius = (int)Math.Min(Math.Ceiling(3 * plan.SigmaMax), patches.shape[3] - 1);
        var block = patches.device_type == DeviceType.CUDA ? draws.Count : (int)Math.Max(1, CpuBlockFloats / (3 * patches.shape[2] * patches.shape[3]));
        for (var first = 0; first < draws.Count; first += block)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(block, draws.Count - first);
            new Block(patches.narrow(0, first, count), first, count, draws).Run(plan, radius);
        }
    }

    /// <summary>Values for the encoder: (x - mean) / std.</summary>
    /// <param name="patches">(N,3,P,P) in 0 to 1.</param>
    /// <param name="mean">Of each channel.</param>
    /// <param name="deviation">Of each channel.</param>
    /// <returns>(N,3,P,P) of <paramref name="type"/>, channels-last in memory.</returns>
    public static Tensor Normalise(Tensor patches, Models.ChannelValues mean, Models.ChannelValues deviation, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var scale = tensor([1 / deviation.Red, 1 / deviation.Green, 1 / deviation.Blue], dtype: patches.dtype, device: patches.device);
        var shift = tensor([-mean.Red, -mean.Green, -mean.Blue], dtype: patches.dtype, device: patches.device).mul_(scale);
        var last = patches.permute(0, 2, 3, 1);                                         // (N, P, P, 3), strided
        return addcmul(shift, last, scale, 1).to(type).contiguous()                     // (N, P, P, 3)
            .permute(0, 3, 1, 2).MoveToOuterDisposeScope();                             // (N, 3, P, P), channels-last
    }

    /// <summary>Some patches in a row and their draws.</summary>
    private readonly struct Block(Tensor patches, int first, int count, AugmentationDraws draws)
    {
        public void Run(AugmentationPlan plan, int radius)
        {
            for (var position = 0; position < 4; position++)
            {
                foreach (var op in Enum.GetValues<ColourOp>()) JitterAt(position, op);
            }
            Change(draws.Grayscale, (x, _) => ColourOps.Grayscale(x));
            var sigma = Parameters(draws.Sigma.AsSpan(first, count));
            Change(draws.Blur, (x, rows) => ColourOps.GaussianBlur(x, sigma.index_select(0, rows), radius));
            Change(draws.Solarize, (x, _) => ColourOps.Solarize(x, plan.SolarizeThreshold));
        }

        private void JitterAt(int position, ColourOp op)
        {
            var (from, chosen) = (first, draws);
            var factors = Parameters(draws.Factors.AsSpan(((int)op * draws.Count) + first, count));          // (count)
            Change(n => chosen.Jitter[from + n] && chosen.Order[(4 * (from + n)) + position] == op, (x, rows) =>
            {
                var factor = factors.index_select(0, rows);                             // (n)
                return op switch
                {
                    ColourOp.Brightness => ColourOps.Brightness(x, factor),
                    ColourOp.Contrast => ColourOps.Contrast(x, factor),
                    ColourOp.Saturation => ColourOps.Saturation(x, factor),
                    _ => ColourOps.Hue(x, factor),
                };
            });
        }

        private void Change(bool[] which, Func<Tensor, Tensor, Tensor> change)
        {
            var from = first;
            Change(n => which[from + n], change);
        }

        private void Change(Func<int, bool> which, Func<Tensor, Tensor, Tensor> change)
        {
            var chosen = new List<long>(count);
            for (var n = 0; n < count; n++) if (which(n)) chosen.Add(n);
            if (chosen.Count == 0) return;
            using var scope = NewDisposeScope();
            var rows = tensor(chosen, device: patches.device);                          // (n)
            patches.index_copy_(0, rows, change(patches.index_select(0, rows), rows));  // (n, 3, P, P)
        }

        private Tensor Parameters(ReadOnlySpan<float> values) => tensor(values.ToArray(), device: patches.device).to(patches.dtype);
    }
}
