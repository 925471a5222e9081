using System.Runtime.InteropServices;
using PatchSsl.Core.Pixels;
using static TorchSharp.torch;

namespace PatchSsl.Core.Augmentation;

/// <summary>What <see cref="Augmenter"/> does, on a CPU: patch by patch, each through all its ops at once, and no tensor made.</summary>
/// <remarks>Threads take runs of patches in turn. A patch's values depend on nothing but its own, so the number of threads changes none.</remarks>
internal static unsafe class PixelAugmenter
{
    /// <summary>Patches a thread takes at a time.</summary>
    private const int Run = 8;

    /// <summary>Changes patches in place.</summary>
    /// <param name="patches">(N,3,P,P) float32 in 0 to 1 on the CPU, contiguous.</param>
    /// <param name="radius">Of the blur.</param>
    /// <param name="threads">At most; 0 for as many as libtorch takes.</param>
    public static void Apply(Tensor patches, AugmentationDraws draws, AugmentationPlan plan, int radius, int threads = 0)
    {
        var side = (int)patches.shape[3];
        var (pixels, stride, threshold) = (side * side, PixelOps.Stride(side), (float)plan.SolarizeThreshold);
        var kernelLength = (2 * radius) + 1;
        ForEach(patches, side, (4 * stride) + side + (2 * radius) + 32, threads, (source, n, room) =>
        {
            if (!(draws.Jitter[n] || draws.Grayscale[n] || draws.Blur[n] || draws.Solarize[n])) return;
            for (var channel = 0; channel < 3; channel++) new Span<float>(source + (channel * pixels), pixels).CopyTo(new Span<float>(room + (channel * stride), pixels));
            if (draws.Jitter[n]) Jitter(room, side, draws, n);
            if (draws.Grayscale[n]) PixelOps.Grayscale(room, side);
            if (draws.Blur[n])
            {
                Span<float> kernel = stackalloc float[kernelLength];
                Gaussian(kernel, draws.Sigma[n]);
                PixelOps.Blur(room, side, kernel, room + (3 * stride));
            }
            if (draws.Solarize[n]) PixelOps.Solarize(room, side, threshold);
            for (var channel = 0; channel < 3; channel++) new Span<float>(room + (channel * stride), pixels).CopyTo(new Span<float>(source + (channel * pixels), pixels));
        });
    }

    /// <summary>(x - mean) / std, the channels of a pixel side by side.</summary>
    /// <param name="patches">(N,3,P,P) float32 on the CPU, contiguous.</param>
    /// <param name="target">(N,P,P,3) float32 or bfloat16 on the CPU, contiguous.</param>
    public static void Normalise(Tensor patches, ChannelValues mean, ChannelValues deviation, Tensor target)
    {
        var side = (int)patches.shape[3];
        var (values, narrow) = (3 * side * side, target.dtype == ScalarType.BFloat16);
        float s0 = (float)(1 / deviation.Red), s1 = (float)(1 / deviation.Green), s2 = (float)(1 / deviation.Blue);
        float b0 = (float)(-mean.Red / deviation.Red), b1 = (float)(-mean.Green / deviation.Green), b2 = (float)(-mean.Blue / deviation.Blue);
        using var first = target.narrow(0, 0, 1);                                       // spans reach 2 GB, all patches may be more
        fixed (byte* bytes = first.bytes)
        {
            var start = bytes;
            ForEach(patches, side, 0, threads: 0, (red, n, _) =>
            {
                float* green = red + (values / 3), blue = green + (values / 3);
                if (narrow)
                {
                    var output = (ushort*)start + ((long)n * values);
                    for (var i = 0; i < values / 3; i++, output += 3)
                        (output[0], output[1], output[2]) = (Narrow(b0 + (red[i] * s0)), Narrow(b1 + (green[i] * s1)), Narrow(b2 + (blue[i] * s2)));
                }
                else
                {
                    var output = (float*)start + ((long)n * values);
                    for (var i = 0; i < values / 3; i++, output += 3)
                        (output[0], output[1], output[2]) = (b0 + (red[i] * s0), b1 + (green[i] * s1), b2 + (blue[i] * s2));
                }
            });
        }
    }

    private delegate void Change(float* patch, int n, float* room);

    private static void ForEach(Tensor patches, int side, int roomFloats, int threads, Change change)
    {
        var (count, values) = ((int)patches.shape[0], 3 * side * side);
        using var first = patches.narrow(0, 0, 1);
        fixed (byte* bytes = first.bytes)
        {
            var start = (float*)bytes;
            var next = -Run;
            Parallel.For(0, Math.Min(threads > 0 ? threads : get_num_threads(), (count + Run - 1) / Run), _ =>
            {
                var room = (float*)NativeMemory.AlignedAlloc((nuint)(roomFloats + 16) * sizeof(float), 64);
                NativeMemory.Clear(room, (nuint)(roomFloats + 16) * sizeof(float));     // lanes beyond a patch are computed too
                for (int from; (from = Interlocked.Add(ref next, Run)) < count;)
                    for (var n = from; n < Math.Min(from + Run, count); n++) change(start + ((long)n * values), n, room);
                NativeMemory.AlignedFree(room);
            });
        }
    }

    private static void Jitter(float* x, int side, AugmentationDraws draws, int n)
    {
        foreach (var op in draws.Order.AsSpan(4 * n, 4))
        {
            var parameter = draws.Factors[((int)op * draws.Count) + n];
            switch (op)
            {
                case ColourOp.Brightness: PixelOps.Brightness(x, side, parameter); break;
                case ColourOp.Contrast: PixelOps.Contrast(x, side, parameter); break;
                case ColourOp.Saturation: PixelOps.Saturation(x, side, parameter); break;
                default: PixelOps.Hue(x, side, parameter); break;
            }
        }
    }

    private static void Gaussian(Span<float> kernel, float sigma)
    {
        var (radius, sum) = (kernel.Length / 2, 0f);
        for (var tap = 0; tap < kernel.Length; tap++) sum += kernel[tap] = MathF.Exp(-.5f * ((tap - radius) / sigma) * ((tap - radius) / sigma));
        foreach (ref var weight in kernel) weight /= sum;
    }

    /// <summary>To bfloat16: the nearest, of two as near the even one.</summary>
    private static ushort Narrow(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
