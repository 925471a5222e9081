using PatchSsl.Core.Models;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>Averages what neighbours are like, query by query, and judges the spaces against the embedding.</summary>
/// <param name="queries">Rows that were asked.</param>
/// <param name="strangers">Random rows of other images for each query: chance.</param>
internal sealed class LocalityMeasures(PatchBank bank, int[] queries, int[][] strangers, IReadOnlyList<VectorSpace> spaces, long seed)
{
    /// <summary>z less h: the projection is expected to share classes more, and colours, edges and places less. Of patches of the own image nothing is
    /// expected: training draws them together in z, and their like looks do so in h.</summary>
    public static int Sign(Likeness likeness) => likeness switch
    {
        Likeness.SameClass or Likeness.ColourDistance or Likeness.OrientationDistance => 1,
        Likeness.SamePosition or Likeness.PatchOverlap => -1,
        _ => 0,
    };

    /// <param name="neighbours">For each space, each query's neighbours, best first, from other images.</param>
    /// <param name="withOwn">As <paramref name="neighbours"/>, its own image searched as well.</param>
    public IReadOnlyList<LocalityMeasure> Of(IReadOnlyList<int[][]> neighbours, IReadOnlyList<int[][]> withOwn) =>
        [.. Enum.GetValues<Likeness>().Select(likeness => Of(likeness, likeness == Likeness.OwnImage ? withOwn : neighbours))];

    private LocalityMeasure Of(Likeness likeness, IReadOnlyList<int[][]> neighbours)
    {
        if (Missing(likeness) is { } reason) return new LocalityMeasure(likeness, reason, null, Sign(likeness), [], []);
        double[][] values = [.. neighbours.Select(space => Averages(likeness, space))];
        SpaceMean[] means = [.. spaces.Select((space, s) => new SpaceMean(space, Mean(values[s])))];
        var chance = likeness == Likeness.OwnImage ? OwnByChance() : Mean(Averages(likeness, strangers));
        return new LocalityMeasure(likeness, means.All(m => m.Mean is null) ? "It is defined for no patch asked." : null, chance, Sign(likeness), means, Differences(likeness, values));
    }

    private List<SpaceDifference> Differences(Likeness likeness, double[][] values)
    {
        var differences = new List<SpaceDifference>();
        var embedding = spaces.ToList().IndexOf(VectorSpace.Embedding);
        if (embedding < 0) return differences;
        for (var s = 0; s < spaces.Count; s++)
        {
            if (s != embedding && Mean([.. values[s].Zip(values[embedding], (v, h) => v - h)]) is { } difference)
                differences.Add(new SpaceDifference(spaces[s], new Expectation(Sign(likeness), difference)));
        }
        return differences;
    }

    /// <summary>Average over each query's neighbours for which it is defined; NaN where it is for none.</summary>
    private double[] Averages(Likeness likeness, int[][] neighbours) =>
        [.. queries.Select((query, q) => neighbours[q].Select(n => bank.Measure(likeness, query, n)).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average())];

    private Estimate? Mean(double[] values) => Bootstrap.Mean(values, [.. queries.Select(bank.ImageOf)], seed);

    private Estimate OwnByChance()
    {
        var share = (bank.PerImage - 1.0) / (bank.Rows - 1);
        return new Estimate(share, share, share, queries.Length);
    }

    private string? Missing(Likeness likeness) => likeness switch
    {
        Likeness.SameClass when queries.All(q => bank.ClassOf(q) < 0) => "The images have no labels.",
        Likeness.SameClass when queries.Select(bank.ClassOf).Where(c => c >= 0).Distinct().Count() < 2 => "All labelled images have one class.",
        Likeness.SamePosition or Likeness.PatchOverlap or Likeness.OwnImage when bank.PerImage == 1 => "There is one patch an image.",
        _ => null,
    };
}
