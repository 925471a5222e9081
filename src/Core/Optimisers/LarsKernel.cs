using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PatchSsl.Core.Optimisers;

/// <summary>The step of <see cref="Lars"/> on a CPU: one pass for the norms and one for the step, where tensors take a pass for every operator.</summary>
/// <remarks>
/// Values are taken in pieces of a fixed size, and the norms of pieces summed in their order: which thread took which changes no bit.
/// </remarks>
internal static unsafe class LarsKernel
{
    private const int Piece = 1 << 16, Lanes = 16;

    /// <summary>A parameter's values, where they are.</summary>
    private sealed record Values(nint Parameter, nint Gradient, nint Momentum, int Count, bool IsMatrix)
    {
        public (float Decay, float Local) Scale { get; set; } = (0, 1);
    }

    /// <summary>Steps all of them, or changes nothing and returns false: where one is not float32 on the CPU, or not laid out as its gradient.</summary>
    public static bool TryStep(IReadOnlyList<(Tensor Parameter, Tensor Gradient, Tensor Momentum)> tensors, LarsOptions options, double learningRate)
    {
        var all = new Values[tensors.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if (Of(tensors[i].Parameter, tensors[i].Gradient, tensors[i].Momentum) is not { } values) return false;
            all[i] = values;
        }
        var pieces = all.SelectMany(v => Enumerable.Range(0, (v.Count + Piece - 1) / Piece).Select(part => (Of: v, First: part * Piece))).ToArray();
        var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        var (weight, momentum, rate) = ((float)options.WeightDecay, (float)options.Momentum, (float)learningRate);
        if (options.Adaptive)
        {
            var squares = new (double Weight, double Gradient)[pieces.Length];
            Parallel.For(0, pieces.Length, threads, i => squares[i] = pieces[i].Of.IsMatrix ? Squares(pieces[i].Of, pieces[i].First) : default);
            for (var (i, next) = (0, 0); i < pieces.Length; i = next)
            {
                var (p, g) = (0.0, 0.0);
                for (next = i; next < pieces.Length && pieces[next].Of == pieces[i].Of; next++) (p, g) = (p + squares[next].Weight, g + squares[next].Gradient);
                if (pieces[i].Of.IsMatrix) pieces[i].Of.Scale = Lars.Scale(Math.Sqrt(p), Math.Sqrt(g), options, learningRate);
            }
        }
        else
        {
            foreach (var matrix in all.Where(v => v.IsMatrix)) matrix.Scale = (weight, 1);
        }
        Parallel.For(0, pieces.Length, threads, i => Step(pieces[i].Of, pieces[i].First, momentum, rate));
        return true;
    }

    private static Values? Of(Tensor parameter, Tensor gradient, Tensor momentum)
    {
        if (!SameOrder(parameter, gradient) || !SameOrder(parameter, momentum)) return null;
        return Start(parameter) is { } p && Start(gradient) is { } g && Start(momentum) is { } m
            ? new Values(p, g, m, (int)parameter.numel(), parameter.dim() > 1)
            : null;
    }

    private static bool SameOrder(Tensor a, Tensor b)
    {
        var (shape, strides, others) = (a.shape, a.stride(), b.stride());
        for (var d = 0; d < shape.Length; d++)
            if (shape[d] > 1 && strides[d] != others[d]) return false;
        return true;
    }

    private static nint? Start(Tensor x)
    {
        if (x.dtype != ScalarType.Float32 || x.device_type != TorchSharp.DeviceType.CPU || x.numel() is 0 or > int.MaxValue / sizeof(float)) return null;
        using var scope = NewDisposeScope();
        var flat = x.is_contiguous() || x.dim() != 4 ? x : x.permute(0, 2, 3, 1);        // channels-last
        if (!flat.is_contiguous()) return null;
        fixed (byte* start = flat.bytes) return (nint)start;
    }

    private static (double Weight, double Gradient) Squares(Values values, int first)
    {
        float* p = (float*)values.Parameter + first, g = (float*)values.Gradient + first;
        var count = Math.Min(Piece, values.Count - first);
        var (ofWeight, ofGradient) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            ofWeight += Square(Vector512.Load(p + i));
            ofGradient += Square(Vector512.Load(g + i));
        }
        var (weight, gradient) = (Vector512.Sum(ofWeight), Vector512.Sum(ofGradient));
        for (; i < count; i++) (weight, gradient) = (weight + ((double)p[i] * p[i]), gradient + ((double)g[i] * g[i]));
        return (weight, gradient);
    }

    private static Vector512<double> Square(Vector512<float> x)
    {
        var (low, high) = Vector512.Widen(x);
        return (low * low) + (high * high);
    }

    private static void Step(Values values, int first, float momentum, float rate)
    {
        float* p = (float*)values.Parameter + first, g = (float*)values.Gradient + first, m = (float*)values.Momentum + first;
        var (count, (decay, local)) = (Math.Min(Piece, values.Count - first), values.Scale);
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            var weight = Vector512.Load(p + i);
            var gradient = (Vector512.Load(g + i) + (weight * Vector512.Create(decay))) * Vector512.Create(local);
            var kept = (Vector512.Load(m + i) * Vector512.Create(momentum)) + gradient;
            kept.Store(m + i);
            (weight - (Vector512.Create(rate) * (gradient + (kept * Vector512.Create(momentum))))).Store(p + i);
        }
        for (; i < count; i++)
        {
            var gradient = (g[i] + (p[i] * decay)) * local;
            m[i] = (m[i] * momentum) + gradient;
            p[i] -= rate * (gradient + (m[i] * momentum));
        }
    }
}
