using System.Globalization;

namespace PatchSsl.Client.Similarity;

/// <summary>Cosine similarity as colour. On a fixed scale the same colour means the same score on every picture.</summary>
/// <param name="Low">Score of the first colour.</param>
/// <param name="High">Score of the last colour.</param>
public sealed record ScoreScale(double Low, double High)
{
    /// <summary>-1 to 1, as a cosine can be.</summary>
    public static ScoreScale Signed { get; } = new(-1, 1);

    /// <summary>0 to 1: for spaces after a ReLU, where no cosine is negative, and to see differences between likenesses.</summary>
    public static ScoreScale Unit { get; } = new(0, 1);

    /// <summary>From the lowest of some scores to the highest, at least a hundredth apart: what differs little shows as that. 0 to 1 without scores.</summary>
    public static ScoreScale Around(IEnumerable<double> scores)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var score in scores) (low, high) = (Math.Min(low, score), Math.Max(high, score));
        if (low > high) return Unit;
        var middle = (low + high) / 2;
        return high - low >= .01 ? new ScoreScale(low, high) : new ScoreScale(middle - .005, middle + .005);
    }

    // Viridis, sampled at nine places: even steps in lightness, readable with any colour vision.
    private static readonly (int R, int G, int B)[] Stops =
    [
        (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
    ];

    /// <summary>The colour of a score, as CSS; scores outside the scale take its ends.</summary>
    public string Colour(double score)
    {
        var (r, g, b) = Rgb(score);
        return string.Create(CultureInfo.InvariantCulture, $"rgb({r} {g} {b})");
    }

    /// <summary>The colour of a score, 8-bit sRGB; scores outside the scale take its ends.</summary>
    public (byte R, byte G, byte B) Rgb(double score)
    {
        var t = Math.Clamp((score - Low) / (High - Low), 0, 1) * (Stops.Length - 1);
        var i = Math.Min((int)t, Stops.Length - 2);
        var (a, b, f) = (Stops[i], Stops[i + 1], t - i);
        return (Mix(a.R, b.R, f), Mix(a.G, b.G, f), Mix(a.B, b.B, f));
    }

    /// <summary>The whole scale as a CSS gradient, low on the left.</summary>
    public static string Gradient { get; } =
        $"linear-gradient(90deg, {string.Join(", ", Stops.Select(s => $"rgb({s.R} {s.G} {s.B})"))})";

    private static byte Mix(int a, int b, double f) => (byte)Math.Round(a + (b - a) * f);
}
