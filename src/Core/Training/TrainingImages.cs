using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Which images a step takes: every epoch each training image once, in an order drawn by counter; the last, smaller batch is left out.</summary>
internal sealed class TrainingImages : IDisposable
{
    /// <summary>Images of one size up to this many pixels live on the GPU, all of them, where they take no more than these bytes. There, cropping
    /// multiplies whole images, for the most part by zeros; of larger ones the CPU reads the boxes alone, while the GPU computes.</summary>
    private const long ResidentPixels = 512 * 512, ResidentBytes = 8L << 30, MovedBytes = 64 << 20;

    private readonly ImageStore _store;
    private readonly int _batch;
    private readonly long _seed;
    private readonly Device _device;
    private readonly int[] _order;
    private readonly Tensor? _resident;                                                  // (n, H, W, 3) uint8, rows as in Training
    private long _epochOfOrder = -1;

    /// <param name="reside">Whether the images live on the device; null decides by what it is and by how large they are.</param>
    /// <exception cref="JobFailedException">There are fewer images than a step takes.</exception>
    public TrainingImages(ImageStore store, int batch, long seed, Device device, bool? reside = null)
    {
        (_store, _batch, _seed, _device) = (store, batch, seed, device);
        (Training, HeldOut) = TrainingSplit.Of(store, batch, seed);
        if (Training.Length < batch)
            throw new JobFailedException($"The dataset has {Training.Length} training images; a step of this recipe takes {batch} (batchImages).");
        _order = new int[Training.Length];
        _resident = reside ?? (device.type == TorchSharp.DeviceType.CUDA && CanReside(store)) ? Resident() : null;
    }

    /// <summary>Ordinals that are trained on.</summary>
    public int[] Training { get; }

    /// <summary>Ordinals that are not.</summary>
    public int[] HeldOut { get; }

    /// <summary>Steps that take every image once, but for the last ones.</summary>
    public long StepsAnEpoch => Training.Length / _batch;

    /// <summary>Rows of <see cref="Training"/> that a step takes, B of them. Those of the step after it are announced to the store, so that a
    /// disk is read while the model computes.</summary>
    public ReadOnlySpan<int> Rows(long step)
    {
        var (epoch, part) = Math.DivRem(step, StepsAnEpoch);
        if (epoch != _epochOfOrder)
        {
            for (var i = 0; i < _order.Length; i++) _order[i] = i;
            new CounterRandom(_seed, "epoch", epoch).Shuffle<int>(_order);
            _epochOfOrder = epoch;
        }
        if (_resident is null && part + 1 < StepsAnEpoch) foreach (var row in Of(part + 1)) _store.Announce(Training[row]);
        return Of(part);

        Span<int> Of(long some) => _order.AsSpan((int)some * _batch, _batch);
    }

    /// <summary>Width and height of each image.</summary>
    public (int Width, int Height)[] Sizes(ReadOnlySpan<int> rows)
    {
        var sizes = new (int, int)[rows.Length];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = _store.Size(Training[rows[i]]);
        return sizes;
    }

    /// <summary>The patches of a step.</summary>
    /// <param name="rows">Rows of <see cref="Training"/>, B of them.</param>
    /// <param name="draws">V·B boxes and flips.</param>
    /// <param name="size">P, side of the patches in pixels.</param>
    /// <returns>(V,B,3,P,P) float32 in 0 to 1 on the device.</returns>
    public Tensor Patches(ReadOnlySpan<int> rows, PatchDraws draws, int size)
    {
        if (_resident is not null) return TensorCropper.Crop(_resident, rows, draws.Boxes, draws.Flips, size);
        var ordinals = new int[rows.Length];
        for (var i = 0; i < ordinals.Length; i++) ordinals[i] = Training[rows[i]];
        return PatchCropper.Crop(ImageBatch.Of(_store, ordinals), draws, size, _device);
    }

    /// <summary>True where the images shall live on a GPU.</summary>
    internal static bool CanReside(ImageStore store)
    {
        if (!store.Uniform || store.Bytes > ResidentBytes) return false;
        var (width, height) = store.Size(0);
        return (long)width * height <= ResidentPixels;
    }

    public void Dispose() => _resident?.Dispose();

    /// <returns>(n,H,W,3) uint8 on the device: moved there some at a time, so that the host never holds them all.</returns>
    private Tensor Resident()
    {
        using var scope = NewDisposeScope();
        var (width, height) = _store.Size(Training[0]);
        var images = empty([Training.Length, height, width, 3], ScalarType.Byte, _device);                   // (n, H, W, 3)
        var some = (int)Math.Max(1, MovedBytes / (3L * width * height));
        for (var first = 0; first < Training.Length; first += some)
        {
            using var step = NewDisposeScope();
            var ordinals = Training[first..Math.Min(first + some, Training.Length)];
            images.narrow(0, first, ordinals.Length).copy_(ImageCanvas.Gather(ImageBatch.Of(_store, ordinals)));
        }
        return images.DetachFromDisposeScope();
    }
}
