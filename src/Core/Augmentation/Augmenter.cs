using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Augmentation;

/// <summary>Changes the colours of a batch of patches where they are, each patch by its own draws.</summary>
/// <remarks>
/// Every op takes the rows it applies to out of the batch, changes them, and puts them back, so nothing is computed for patches an op leaves
/// alone. Which rows these are is known on the CPU, and sent ahead: no wait for the device. On a CPU,
/// <see cref="PixelAugmenter"/> does the same patch by patch.
/// </remarks>
public static class Augmenter
{
    /// <summary>Changes <paramref name="patches"/> in place.</summary>
    /// <param name="patches">(N,3,P,P) in 0 to 1, contiguous.</param>
    /// <param name="draws">Of N patches.</param>
    public static void Apply(Tensor patches, AugmentationDraws draws, AugmentationPlan plan)
    {
        if (patches.dim() != 4 || patches.shape[1] != 3 || patches.shape[0] != draws.Count)
            throw new ArgumentException($"Patches must be ({draws.Count},3,P,P), got ({string.Join(',', patches.shape)}).", nameof(patches));
        if (draws.Count == 0) return;
        var radius = (int)Math.Min(Math.Ceiling(3 * plan.SigmaMax), patches.shape[3] - 1);
        if (OnCpu(patches)) PixelAugmenter.Apply(patches, draws, plan, radius);
        else ByTensors(patches, draws, plan, radius);
    }

    /// <summary>The same on any device and in any floating type.</summary>
    internal static void ByTensors(Tensor patches, AugmentationDraws draws, AugmentationPlan plan, int radius)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        new Batch(patches, draws).Run(plan, radius);
    }

    /// <summary>Values for the encoder: (x - mean) / std.</summary>
    /// <param name="patches">(N,3,P,P) in 0 to 1.</param>
    /// <param name="mean">Of each channel.</param>
    /// <param name="deviation">Of each channel.</param>
    /// <returns>(N,3,P,P) of <paramref name="type"/>, channels-last in memory.</returns>
    public static Tensor Normalise(Tensor patches, ChannelValues mean, ChannelValues deviation, ScalarType type)
    {
        using var scope = NewDisposeScope();
        if (OnCpu(patches) && patches.shape[0] > 0 && type is ScalarType.Float32 or ScalarType.BFloat16)
        {
            var pixels = empty([patches.shape[0], patches.shape[2], patches.shape[3], 3], type);             // (N, P, P, 3)
            PixelAugmenter.Normalise(patches, mean, deviation, pixels);
            return pixels.permute(0, 3, 1, 2).MoveToOuterDisposeScope();                // (N, 3, P, P), channels-last
        }
        var values = ToDevice.To(patches.device, tensor(
            [-mean.Red, -mean.Green, -mean.Blue, 1 / deviation.Red, 1 / deviation.Green, 1 / deviation.Blue], dtype: patches.dtype));
        var scale = values.narrow(0, 3, 3);
        var shift = values.narrow(0, 0, 3) * scale;
        var last = patches.permute(0, 2, 3, 1);                                         // (N, P, P, 3), strided
        return addcmul(shift, last, scale, 1).to(type).contiguous()                     // (N, P, P, 3)
            .permute(0, 3, 1, 2).MoveToOuterDisposeScope();                             // (N, 3, P, P), channels-last
    }

    private static bool OnCpu(Tensor patches) =>
        patches.device_type == DeviceType.CPU && patches.dtype == ScalarType.Float32 && patches.is_contiguous() && patches.shape[2] == patches.shape[3];

    /// <summary>Patches and their draws.</summary>
    private readonly struct Batch(Tensor patches, AugmentationDraws draws)
    {
        private const int Sigma = 4;

        /// <summary>What happens to some of the patches: to (n,3,P,P), with the place of each (n).</summary>
        private readonly record struct Change(List<long> Rows, Func<Tensor, Tensor, Tensor> Of);

        public void Run(AugmentationPlan plan, int radius)
        {
            // To a device in two copies: the numbers of all ops, and the places of all patches that they change.
            var parameters = ToDevice.To(patches.device, tensor(Parameters())).to(patches.dtype).view(5, draws.Count);             // (5, N)
            var changes = Changes(plan, radius, parameters);
            if (changes.Count == 0) return;
            var places = ToDevice.To(patches.device, tensor(changes.SelectMany(change => change.Rows).ToArray()));
            var next = 0;
            foreach (var change in changes)
            {
                using var scope = NewDisposeScope();
                var rows = places.narrow(0, next, change.Rows.Count);                   // (n)
                next += change.Rows.Count;
                patches.index_copy_(0, rows, change.Of(patches.index_select(0, rows), rows));                // (n, 3, P, P)
            }
        }

        /// <summary>In their order, those that change nothing left out.</summary>
        private List<Change> Changes(AugmentationPlan plan, int radius, Tensor parameters)
        {
            var chosen = draws;
            var changes = new List<Change>();
            for (var position = 0; position < 4; position++)
            {
                foreach (var op in Enum.GetValues<ColourOp>())
                {
                    var at = position;
                    changes.Add(new Change(
                        Where(n => chosen.Jitter[n] && chosen.Order[(4 * n) + at] == op),
                        (x, rows) => Jitter(op, x, parameters[(int)op].index_select(0, rows))));
                }
            }
            changes.Add(new Change(Where(n => chosen.Grayscale[n]), (x, _) => ColourOps.Grayscale(x)));
            changes.Add(new Change(Where(n => chosen.Blur[n]), (x, rows) => ColourOps.GaussianBlur(x, parameters[Sigma].index_select(0, rows), radius)));
            changes.Add(new Change(Where(n => chosen.Solarize[n]), (x, _) => ColourOps.Solarize(x, plan.SolarizeThreshold)));
            changes.RemoveAll(change => change.Rows.Count == 0);
            return changes;

            List<long> Where(Func<int, bool> which)
            {
                var rows = new List<long>();
                for (var n = 0; n < chosen.Count; n++) if (which(n)) rows.Add(n);
                return rows;
            }
        }

        private static Tensor Jitter(ColourOp op, Tensor x, Tensor factor) => op switch     // (n, 3, P, P), (n)
        {
            ColourOp.Brightness => ColourOps.Brightness(x, factor),
            ColourOp.Contrast => ColourOps.Contrast(x, factor),
            ColourOp.Saturation => ColourOps.Saturation(x, factor),
            _ => ColourOps.Hue(x, factor),
        };

        /// <returns>(5, N): the factors of the four ops, and the blur's deviations.</returns>
        private float[] Parameters() => [.. draws.Factors, .. draws.Sigma];
    }
}
