using System.Globalization;

namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>How often two symbols come from one image: p(i,j), symmetric, summing to one. A symbol stands for a patch.</summary>
public sealed class JointDistribution
{
    /// <summary>Fewest symbols.</summary>
    public const int FewestSymbols = 2;

    /// <summary>Most symbols.</summary>
    public const int MostSymbols = 64;

    /// <summary>Least p(i): a batch sees a rarer symbol too seldom for training to settle.</summary>
    public const double LeastProbability = .005;

    /// <summary>How far the sum may be from 1; what it is off by is then divided out.</summary>
    public const double SumTolerance = 1e-6;

    /// <summary>How far p(i,j) may be from p(j,i); the two are then averaged.</summary>
    public const double SymmetryTolerance = 1e-9;

    /// <summary>Wrong entries that are named one by one.</summary>
    private const int MostNamed = 8;

    private readonly double[][] _joint;

    private JointDistribution(double[][] joint)
    {
        _joint = joint;
        Marginals = [.. joint.Select(row => row.Sum())];
    }

    /// <summary>n, the number of symbols.</summary>
    public int Symbols => _joint.Length;

    /// <summary>p(i) = Σ_j p(i,j); n values.</summary>
    public IReadOnlyList<double> Marginals { get; }

    /// <summary>p(i,j); n rows of n.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows => _joint;

    /// <summary>p(i,j).</summary>
    public double this[int i, int j] => _joint[i][j];

    /// <summary>p(i,j) / (p(i) p(j)): 1 where the two have nothing to do with each other.</summary>
    public double Ratio(int i, int j) => _joint[i][j] / (Marginals[i] * Marginals[j]);

    /// <summary>What is wrong with a joint, all at once; empty when nothing is.</summary>
    /// <returns>The place (<c>joint</c>, <c>joint[2]</c>, <c>joint[2][3]</c>) and a sentence that names the value and the limit.</returns>
    public static IReadOnlyList<(string Field, string Text)> Problems(IReadOnlyList<IReadOnlyList<double>?> joint)
    {
        var n = joint.Count;
        if (n is < FewestSymbols or > MostSymbols) return [("joint", $"joint has {n} rows; allowed is {FewestSymbols} to {MostSymbols} symbols.")];
        var problems = new List<(string Field, string Text)>();
        for (var i = 0; i < n; i++)
        {
            if (joint[i]?.Count != n) problems.Add(($"joint[{i}]", $"joint[{i}] has {joint[i]?.Count ?? 0} values; it must have {n}, as many as there are rows."));
        }
        if (problems.Count > 0) return Named(problems);
        var rows = joint.Select(row => row!.ToArray()).ToArray();
        var values = Values(rows);
        // Sums and symmetry say nothing where a value is no probability.
        if (values.Count > 0) return Named(values);
        problems.AddRange(Named(Pairs(rows)));
        var sum = rows.Sum(row => row.Sum());
        if (Math.Abs(sum - 1) > SumTolerance) problems.Add(("joint", $"joint sums to {Text(sum)}; it must sum to 1 (within {Text(SumTolerance)})."));
        problems.AddRange(Named(Rare(rows)));
        return problems;
    }

    /// <param name="joint">p(i,j), n × n.</param>
    /// <exception cref="ArgumentException">It is no joint distribution; all reasons in one message.</exception>
    public static JointDistribution Of(IReadOnlyList<IReadOnlyList<double>> joint)
    {
        if (Problems(joint) is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems.Select(p => p.Text)), nameof(joint));
        var sum = joint.Sum(row => row.Sum());
        return new JointDistribution([.. joint.Select((row, i) => row.Select((value, j) => (value + joint[j][i]) / (2 * sum)).ToArray())]);
    }

    /// <summary>The joint of two patches drawn from one image independently of each other: Σ_k p(k) p(i|k) p(j|k). Never has a negative eigenvalue.</summary>
    /// <param name="images">p(k), up to a factor.</param>
    /// <param name="patches">p(i|k) of each image k, each up to a factor.</param>
    public static JointDistribution OfImages(IReadOnlyList<double> images, IReadOnlyList<IReadOnlyList<double>> patches)
    {
        var n = patches[0].Count;
        var joint = Enumerable.Range(0, n).Select(_ => new double[n]).ToArray();
        var all = images.Sum();
        for (var k = 0; k < images.Count; k++)
        {
            var ofImage = patches[k].Sum();
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) joint[i][j] += images[k] / all * (patches[k][i] / ofImage) * (patches[k][j] / ofImage);
        }
        return Of(joint);
    }

    private static List<(string Field, string Text)> Values(double[][] rows) =>
    [
        .. from i in Enumerable.Range(0, rows.Length)
           from j in Enumerable.Range(0, rows.Length)
           where !(double.IsFinite(rows[i][j]) && rows[i][j] >= 0)
           select ($"joint[{i}][{j}]", $"joint[{i}][{j}] is {Text(rows[i][j])}; a probability is a finite number and not negative."),
    ];

    private static List<(string Field, string Text)> Pairs(double[][] rows) =>
    [
        .. from i in Enumerable.Range(0, rows.Length)
           from j in Enumerable.Range(i + 1, rows.Length - i - 1)
           where Math.Abs(rows[i][j] - rows[j][i]) > SymmetryTolerance
           select ($"joint[{i}][{j}]", $"joint[{i}][{j}] is {Text(rows[i][j])} and joint[{j}][{i}] is {Text(rows[j][i])}; the two must be equal."),
    ];

    private static List<(string Field, string Text)> Rare(double[][] rows) =>
    [
        .. from i in Enumerable.Range(0, rows.Length)
           let p = rows[i].Sum()
           where p < LeastProbability
           select ($"joint[{i}]", $"symbol {i} has probability {Text(p)}; it needs {Text(LeastProbability)} or more."),
    ];

    private static IReadOnlyList<(string Field, string Text)> Named(List<(string Field, string Text)> problems) => problems.Count <= MostNamed
        ? problems
        : [.. problems.Take(MostNamed), ("joint", $"{problems.Count - MostNamed} more are wrong in the same way as {problems[0].Field}.")];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
