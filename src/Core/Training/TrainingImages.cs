using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Which images a step takes: every epoch each training image once, in an order drawn by counter; the last, smaller batch is left out.</summary>
internal sealed class TrainingImages : IDisposable
{
    /// <summary>Of a dataset without a test split, at most this share is held out for the diagnostics.</summary>
    private const double HeldOutShare = .05;
    private const int MostHeldOut = 256;

    /// <summary>A dataset up to this size lives on the GPU whole.</summary>
    private const long ResidentBytes = 4L << 30;

    private readonly ImageStore store;
    private readonly int batch;
    private readonly long seed;
    private readonly Device device;
    private readonly int[] order;
    private readonly Tensor? resident;                                                  // (n, H, W, 3) uint8, rows as in Training
    private long epochOfOrder = -1;

    /// <exception cref="JobFailedException">There are fewer images than a step takes.</exception>
    public TrainingImages(ImageStore store, int batch, long seed, Device device)
    {
        (this.store, this.batch, this.seed, this.device) = (store, batch, seed, device);
        (Training, HeldOut) = Split();
        if (Training.Length < batch)
            throw new JobFailedException($"The dataset has {Training.Length} training images; a step of this recipe takes {batch} (batchImages).");
        order = new int[Training.Length];
        resident = device.type == TorchSharp.DeviceType.CUDA && store.Uniform && store.Bytes <= ResidentBytes
            ? ImageCanvas.Gather(ImageBatch.Of(store, Training), device).DetachFromDisposeScope()
            : null;
    }

    /// <summary>Ordinals that are trained on.</summary>
    public int[] Training { get; }

    /// <summary>Ordinals that are not.</summary>
    public int[] HeldOut { get; }

    /// <summary>Steps that take every image once, but for the last ones.</summary>
    public long StepsAnEpoch => Training.Length / batch;

    /// <summary>Rows of <see cref="Training"/> that a step takes, B of them.</summary>
    public ReadOnlySpan<int> Rows(long step)
    {
        var (epoch, part) = Math.DivRem(step, StepsAnEpoch);
        if (epoch != epochOfOrder)
        {
            for (var i = 0; i < order.Length; i++) order[i] = i;
            new CounterRandom(seed, "epoch", epoch).Shuffle<int>(order);
            epochOfOrder = epoch;
        }
        return order.AsSpan((int)part * batch, batch);
    }

    /// <summary>Width and height of each image.</summary>
    public (int Width, int Height)[] Sizes(ReadOnlySpan<int> rows)
    {
        var sizes = new (int, int)[rows.Length];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = store.Size(Training[rows[i]]);
        return sizes;
    }

    /// <summary>The patches of a step.</summary>
    /// <param name="rows">Rows of <see cref="Training"/>, B of them.</param>
    /// <param name="draws">V·B boxes and flips.</param>
    /// <param name="size">P, side of the patches in pixels.</param>
    /// <returns>(V,B,3,P,P) float32 in 0 to 1 on the device.</returns>
    public Tensor Patches(ReadOnlySpan<int> rows, PatchDraws draws, int size)
    {
        if (resident is not null)
        {
            using var scope = NewDisposeScope();
            var canvas = resident.index_select(0, tensor(rows.ToArray(), device: device));                  // (B, H, W, 3)
            return TensorCropper.Crop(canvas, draws.Boxes, draws.Flips, size).MoveToOuterDisposeScope();
        }
        var ordinals = new int[rows.Length];
        for (var i = 0; i < ordinals.Length; i++) ordinals[i] = Training[rows[i]];
        return PatchCropper.Crop(ImageBatch.Of(store, ordinals), draws, size, device);
    }

    public void Dispose() => resident?.Dispose();

    /// <summary>The split train against the others; without it, all but a small part drawn by counter.</summary>
    private (int[] Training, int[] HeldOut) Split()
    {
        var train = store.Ordinals("train").ToArray();
        if (train.Length > 0 && train.Length < store.Count) return (train, [.. store.Ordinals().Except(train)]);
        var all = store.Ordinals().ToArray();
        var held = (int)Math.Min(MostHeldOut, all.Length * HeldOutShare);
        if (all.Length - held < batch) held = Math.Max(0, all.Length - batch);
        new CounterRandom(seed, "held out", 0).Shuffle<int>(all);
        return ([.. all[held..].Order()], [.. all[..held].Order()]);
    }
}
