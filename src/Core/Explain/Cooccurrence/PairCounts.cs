using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>How often two codes are found in one image, against how often they would be if images were mixed at random.</summary>
/// <remarks>
/// Counted are ordered pairs of different patches of one image, so that p(a,b) = p(b,a) and p(a) = Σ_b p(a,b). What is told of a cell counts
/// each pair of patches once, whichever way round.
/// </remarks>
internal sealed class PairCounts
{
    private readonly long[] _ordered; // (K, K)
    private readonly long[] _marginal; // (K)

    private PairCounts(long[] ordered, int codes)
    {
        (_ordered, Codes) = (ordered, codes);
        _marginal = [.. Enumerable.Range(0, codes).Select(a => ordered.AsSpan(a * codes, codes).ToArray().Sum())];
        Pairs = _marginal.Sum() / 2;
    }

    /// <summary>K.</summary>
    public int Codes { get; }

    /// <summary>Pairs of different patches of one image.</summary>
    public long Pairs { get; }

    /// <param name="codes">Code of every patch, 0 to K - 1, one image after the other.</param>
    /// <param name="perImage">Patches of an image.</param>
    public static PairCounts Of(ReadOnlySpan<int> codes, int perImage, int k)
    {
        var ordered = new long[k * k];
        for (var first = 0; first < codes.Length; first += perImage)
        {
            var image = codes.Slice(first, perImage);
            for (var i = 0; i < image.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    ordered[(image[i] * k) + image[j]]++;
                    ordered[(image[j] * k) + image[i]]++;
                }
            }
        }
        return new PairCounts(ordered, k);
    }

    /// <summary>The control: every patch keeps its code but goes to an image drawn at random, so that nothing is left to co-occur.</summary>
    /// <param name="number">Which of several controls.</param>
    public static PairCounts Shuffled(ReadOnlySpan<int> codes, int perImage, int k, long seed, int number)
    {
        var mixed = codes.ToArray();
        new CounterRandom(seed, "cooccurrence control", number).Shuffle<int>(mixed);
        return Of(mixed, perImage, k);
    }

    /// <summary>p(a).</summary>
    public double Share(int a) => _marginal[a] / (2.0 * Pairs);

    /// <summary>Pairs with these two codes.</summary>
    public long Observed(int a, int b) => a == b ? _ordered[(a * Codes) + a] / 2 : _ordered[(a * Codes) + b];

    /// <summary>Pairs with these two codes if codes were independent.</summary>
    public double Expected(int a, int b) => Pairs * Share(a) * Share(b) * (a == b ? 1 : 2);

    /// <summary>p(a,b) / (p(a) p(b)).</summary>
    /// <returns>NaN where a code never occurs.</returns>
    public double Ratio(int a, int b) => Observed(a, b) / Expected(a, b);
}
