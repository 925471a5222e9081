using TorchSharp;

namespace PatchSsl.Core.Runtime;

/// <summary>Random numbers that depend on nothing but (seed, stream, step): no state to save, so a resumed run draws what an uninterrupted
/// one would, whatever was drawn before.</summary>
/// <remarks>
/// The three are mixed into a 64-bit key by the finaliser of SplitMix64 (Steele, Lea, Flood 2014); draw i is the finaliser of
/// key + (i+1)·γ, the SplitMix64 sequence itself. The stream is a name (<c>"sampling"</c>, <c>"augmentation"</c>), hashed by 64-bit FNV-1a,
/// so a new use of randomness needs no number from a shared list and disturbs no other.
/// Draws made here are the same on every device and library version. Those of <see cref="Generator"/> are fast for large tensors and
/// repeat on one libtorch build; its Mersenne twister keeps the low 32 bits of the key only, so two of some 65,000 steps may share one.
/// </remarks>
public sealed class CounterRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private readonly ulong _key;
    private ulong _counter;

    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <param name="step">Which step, epoch or item they belong to.</param>
    public CounterRandom(long seed, string stream, long step)
    {
        _key = Key(seed, stream, step);
    }

    /// <summary>The 64-bit key of a triple.</summary>
    public static ulong Key(long seed, string stream, long step)
    {
        var mixed = Mix((ulong)seed + Gamma);
        mixed = Mix(mixed ^ Fnv1a(stream));
        return Mix(mixed ^ Mix((ulong)step + Gamma));
    }

    /// <summary>A CPU generator seeded by the key. The caller disposes it; draw on the CPU, then move to the device.</summary>
    public torch.Generator Generator() => new(_key, torch.CPU);

    /// <summary>Next 64 random bits.</summary>
    public ulong NextUInt64() => Mix(_key + (++_counter * Gamma));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in [0, <paramref name="exclusive"/>) by Lemire's multiplication; the bias is below 2⁻³².</summary>
    public int NextInt(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusive);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusive, out _);
    }

    /// <summary>True with probability <paramref name="probability"/>.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Fills with uniform draws in [0, 1).</summary>
    public void Fill(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = (NextUInt64() >> 40) * (1f / (1 << 24));
    }

    /// <summary>Puts the values in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static ulong Fnv1a(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in text) hash = (hash ^ character) * 0x100000001B3;
        return hash;
    }
}
