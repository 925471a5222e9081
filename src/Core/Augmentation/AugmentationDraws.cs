using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Augmentation;

/// <summary>The four parts of colour jitter.</summary>
public enum ColourOp { Brightness, Contrast, Saturation, Hue }

/// <summary>Parameters of N patches, drawn on the CPU by counter: they depend on the seed, the step and N alone, on any device.</summary>
public sealed class AugmentationDraws
{
    private AugmentationDraws(int count)
    {
        Count = count;
        Jitter = new bool[count];
        Order = new ColourOp[4 * count];
        Factors = new float[4 * count];
        Grayscale = new bool[count];
        Blur = new bool[count];
        Sigma = new float[count];
        Solarize = new bool[count];
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>Which patches are jittered.</summary>
    public bool[] Jitter { get; }

    /// <summary>(N,4): the op of patch n at position k is [4n + k].</summary>
    public ColourOp[] Order { get; }

    /// <summary>(4,N): the parameter of op o for patch n is [o·N + n].</summary>
    public float[] Factors { get; }

    /// <summary>Which patches become grey.</summary>
    public bool[] Grayscale { get; }

    /// <summary>Which patches are blurred.</summary>
    public bool[] Blur { get; }

    /// <summary>Standard deviation of the blur, in pixels.</summary>
    public float[] Sigma { get; }

    /// <summary>Which patches are solarised.</summary>
    public bool[] Solarize { get; }

    /// <summary>Every patch draws every number, used or not, so that one probability does not shift another's draws.</summary>
    public static AugmentationDraws Draw(AugmentationPlan plan, int count, long seed, long step)
    {
        var draws = new AugmentationDraws(count);
        var random = new CounterRandom(seed, "augmentation", step);
        for (var n = 0; n < count; n++)
        {
            draws.Jitter[n] = random.Chance(plan.Jitter);
            draws.Factors[n] = (float)random.NextDouble(1 - plan.Brightness, 1 + plan.Brightness);
            draws.Factors[count + n] = (float)random.NextDouble(1 - plan.Contrast, 1 + plan.Contrast);
            draws.Factors[(2 * count) + n] = (float)random.NextDouble(1 - plan.Saturation, 1 + plan.Saturation);
            draws.Factors[(3 * count) + n] = (float)random.NextDouble(-plan.Hue, plan.Hue);
            var order = draws.Order.AsSpan(4 * n, 4);
            for (var k = 0; k < 4; k++) order[k] = (ColourOp)k;
            random.Shuffle(order);
            draws.Grayscale[n] = random.Chance(plan.Grayscale);
            draws.Blur[n] = random.Chance(plan.Blur);
            draws.Sigma[n] = (float)random.NextDouble(plan.SigmaMin, plan.SigmaMax);
            draws.Solarize[n] = random.Chance(plan.Solarize);
        }
        return draws;
    }

    /// <summary>The draws of some patches, each from draws of its own.</summary>
    internal static AugmentationDraws Gather(IReadOnlyList<(AugmentationDraws From, int Patch)> patches)
    {
        var draws = new AugmentationDraws(patches.Count);
        for (var n = 0; n < patches.Count; n++)
        {
            var (from, p) = patches[n];
            (draws.Jitter[n], draws.Grayscale[n], draws.Blur[n], draws.Sigma[n], draws.Solarize[n]) =
                (from.Jitter[p], from.Grayscale[p], from.Blur[p], from.Sigma[p], from.Solarize[p]);
            from.Order.AsSpan(4 * p, 4).CopyTo(draws.Order.AsSpan(4 * n, 4));
            for (var op = 0; op < 4; op++) draws.Factors[(op * patches.Count) + n] = from.Factors[(op * from.Count) + p];
        }
        return draws;
    }
}
