namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>A joint drawn by hand: a level from 0 to 9 for every pair of symbols, the same for (i,j) and (j,i).</summary>
/// <param name="Symbols">n, 4 to 16.</param>
/// <param name="Levels">A digit a pair: (0,0), (0,1) … (0,n-1), (1,1) …, n(n+1)/2 of them.</param>
public sealed record DrawnJoint(int Symbols, string Levels)
{
    public const int FewestSymbols = 4, MostSymbols = 16, HighestLevel = 9;

    /// <summary>Level of a pair.</summary>
    public int this[int i, int j] => Levels[Place(i, j)] - '0';

    /// <summary>Symbols that meet none, not even themselves: the server refuses them.</summary>
    public IReadOnlyList<int> Unseen => [.. Enumerable.Range(0, Symbols).Where(i => Enumerable.Range(0, Symbols).All(j => this[i, j] == 0))];

    /// <summary>The levels divided by their sum.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Joint()
    {
        var sum = (double)Enumerable.Range(0, Symbols).Sum(i => Enumerable.Range(0, Symbols).Sum(j => this[i, j]));
        return [.. Enumerable.Range(0, Symbols).Select(i => Enumerable.Range(0, Symbols).Select(j => sum == 0 ? 0 : this[i, j] / sum).ToArray())];
    }

    /// <summary>With another level for a pair, kept between 0 and 9.</summary>
    public DrawnJoint With(int i, int j, int level)
    {
        var levels = Levels.ToCharArray();
        levels[Place(i, j)] = (char)('0' + Math.Clamp(level, 0, HighestLevel));
        return this with { Levels = new string(levels) };
    }

    /// <summary>With fewer or more symbols; new ones meet themselves only.</summary>
    public DrawnJoint Resized(int symbols) => Make(symbols, (i, j) => j < Symbols ? this[i, j] : i == j ? HighestLevel : 0);

    /// <summary>The levels nearest to a joint, the largest value being 9.</summary>
    public static DrawnJoint Of(IReadOnlyList<IReadOnlyList<double>> joint)
    {
        var most = joint.Max(row => row.Max());
        return Make(joint.Count, (i, j) => (int)Math.Round(joint[i][j] / most * HighestLevel));
    }

    /// <summary>Reads what an address holds; null where it is no such text.</summary>
    public static DrawnJoint? Parse(string? levels)
    {
        if (levels is null || !levels.All(char.IsAsciiDigit)) return null;
        for (var n = FewestSymbols; n <= MostSymbols; n++)
        {
            if (n * (n + 1) / 2 == levels.Length) return new DrawnJoint(n, levels);
        }
        return null;
    }

    private static DrawnJoint Make(int n, Func<int, int, int> level) => new(n, string.Concat(
        from i in Enumerable.Range(0, n)
        from j in Enumerable.Range(i, n - i)
        select (char)('0' + level(i, j))));

    private int Place(int i, int j)
    {
        var (low, high) = i < j ? (i, j) : (j, i);
        return (low * Symbols) - (low * (low - 1) / 2) + high - low;
    }
}
