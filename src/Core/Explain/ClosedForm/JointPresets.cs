namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>A joint distribution that is worth looking at.</summary>
/// <param name="Name">As requests name it.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">What its images are like, and what there is to see.</param>
/// <param name="Symbols">Symbols unless asked for otherwise.</param>
/// <param name="FewestSymbols">Fewest it makes sense with.</param>
/// <param name="OfImages">True where it comes from images whose patches are drawn independently, and so has no negative eigenvalue.</param>
public sealed record JointPreset(
    string Name, string Title, string Description, int Symbols, int FewestSymbols, bool OfImages, Func<int, JointDistribution> Make);

/// <summary>The presets. Each but the last is built from latent images: p(i,j) = Σ_k p(k) p(i|k) p(j|k).</summary>
public static class JointPresets
{
    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<JointPreset> All { get; } =
    [
        new("clusters", "Four clusters", "Images of four kinds, unequally frequent; each shows mostly its own symbols. Four eigenvalues differ from 0, so four dimensions hold all of it.",
            12, 8, true, Clusters),
        new("ring", "A ring", "Image k shows the symbols near place k of a circle. Eigenvalues come in pairs, a sine and a cosine of each frequency.", 16, 6, true, Ring),
        new("chain", "A chain", "As the ring, cut open: image k shows the symbols near place k of a line, as neighbouring pieces of a texture.", 16, 6, true, Chain),
        new("hierarchy", "Two levels", "Eight kinds of image in four families: symbols of a kind meet most often, those of a family less often, others by chance.", 16, 8, true, Hierarchy),
        new("independent", "No structure", "One kind of image only: symbols meet as often as chance has it, the ratio is 1 everywhere, and there is nothing to learn but that.", 12, 2, true, Independent),
        new("opposites", "Opposites (no embedding fits)", "Symbols 2k and 2k+1 meet each other and seldom themselves. No image of independent patches does that: half of the eigenvalues are negative, and no products can show them.",
            12, 4, false, Opposites),
    ];

    /// <summary>The preset of a name; null where there is none.</summary>
    public static JointPreset? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    private static JointDistribution Clusters(int n)
    {
        const int kinds = 4;
        const double stray = .2;
        return JointDistribution.OfImages([4, 3, 2, 1], Kinds(kinds, kind => Symbols(n, s => ((1 - stray) * Share(n, kinds, kind, s)) + (stray / n))));
    }

    private static JointDistribution Ring(int n)
    {
        const double reach = .6; // radians, about
        return JointDistribution.OfImages(Symbols(n, _ => 1), Kinds(n, k => Symbols(n, s => Math.Exp((Math.Cos(2 * Math.PI * (s - k) / n) - 1) / (reach * reach)))));
    }

    private static JointDistribution Chain(int n)
    {
        const double reach = 1.5; // places
        return JointDistribution.OfImages(Symbols(n, _ => 1), Kinds(n, k => Symbols(n, s => Math.Exp(-(s - k) * (s - k) / (2 * reach * reach)))));
    }

    private static JointDistribution Hierarchy(int n)
    {
        const int kinds = 8, families = 4;
        return JointDistribution.OfImages(Symbols(kinds, _ => 1), Kinds(kinds, kind => Symbols(n, s =>
            (.55 * Share(n, kinds, kind, s)) + (.35 * Family(n, kind / (kinds / families), s)) + (.1 / n))));

        // A family's symbols are those of its kinds, which need not be as many as another's.
        static double Family(int n, int family, int s)
        {
            const int each = kinds / families;
            return s * kinds / n / each == family ? 1.0 / Enumerable.Range(0, n).Count(t => t * kinds / n / each == family) : 0;
        }
    }

    private static JointDistribution Independent(int n) => JointDistribution.OfImages([1], [Symbols(n, s => 1 / Math.Sqrt(1 + s))]);

    private static JointDistribution Opposites(int n)
    {
        const double chance = .3;
        var joint = Enumerable.Range(0, n).Select(_ => Symbols(n, _ => chance / (n * n))).ToArray();
        // With an odd number the last one has no opposite, and meets itself.
        for (var s = 0; s < n; s++) joint[s][(s ^ 1) < n ? s ^ 1 : s] += (1 - chance) / n;
        return JointDistribution.Of(joint);
    }

    /// <summary>1 over the size of a kind for its own symbols, 0 for others; the kinds lie side by side.</summary>
    private static double Share(int n, int kinds, int kind, int s) =>
        s * kinds / n == kind ? 1.0 / Enumerable.Range(0, n).Count(t => t * kinds / n == kind) : 0;

    private static double[] Symbols(int n, Func<int, double> value) => [.. Enumerable.Range(0, n).Select(value)];

    private static double[][] Kinds(int count, Func<int, double[]> patches) => [.. Enumerable.Range(0, count).Select(patches)];
}
