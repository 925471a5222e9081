using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>The cells that are kept, and how well products follow their ratios.</summary>
internal sealed class CellTable
{
    /// <summary>Standard deviations of a normal distribution within which 95 % lie.</summary>
    private const double Normal95 = 1.96;

    private readonly (int A, int B)[] _cells;
    private readonly double[] _weights;
    private readonly double[][] _ratios; // counted, then each control

    private CellTable((int A, int B)[] cells, PairCounts counts, IReadOnlyList<PairCounts> controls, int tooFew, int unmeasured)
    {
        (_cells, TooFew, Unmeasured) = (cells, tooFew, unmeasured);
        _weights = [.. cells.Select(c => counts.Expected(c.A, c.B))];
        _ratios = [.. controls.Prepend(counts).Select(n => cells.Select(c => n.Ratio(c.A, c.B)).ToArray())];
    }

    /// <summary>a ≤ b of each.</summary>
    public IReadOnlyList<(int A, int B)> Cells => _cells;

    /// <summary>Cells left out because too few pairs were to be expected.</summary>
    public int TooFew { get; }

    /// <summary>Cells left out because no two held-out images have their codes.</summary>
    public int Unmeasured { get; }

    /// <summary>Cells without a pair.</summary>
    public int NeverSeen => _ratios[0].Count(r => r == 0);

    /// <param name="heldOut">Images with each code, as a set of their numbers.</param>
    public static CellTable Of(PairCounts counts, IReadOnlyList<PairCounts> controls, IReadOnlyList<IReadOnlySet<int>> heldOut, int minPairs)
    {
        var (kept, tooFew, unmeasured) = (new List<(int, int)>(), 0, 0);
        for (var a = 0; a < counts.Codes; a++)
        {
            for (var b = a; b < counts.Codes; b++)
            {
                if (counts.Expected(a, b) < minPairs) tooFew++;
                else if (heldOut[a].Count == 0 || heldOut[b].Count == 0 || heldOut[a].Union(heldOut[b]).Take(2).Count() < 2) unmeasured++;
                else kept.Add((a, b));
            }
        }
        return new CellTable([.. kept], counts, controls, tooFew, unmeasured);
    }

    /// <summary>Every way of comparing a measure's products with the ratios.</summary>
    /// <param name="means">(K,K) of all held-out images, then of each resample.</param>
    public IEnumerable<CooccurrenceFit> Fits(int measure, IReadOnlyList<double[]> means, int k)
    {
        double[][] products = [.. means.Select(m => _cells.Select(c => m[(c.A * k) + c.B]).ToArray())];
        foreach (var against in Enum.GetValues<FitAgainst>())
        {
            foreach (var cells in Enum.GetValues<FitCells>())
            {
                CellFit[] measured = [.. products.Select(p => Fit(0, p, against, cells, out _))];
                CellFit[] controls = [.. Enumerable.Range(1, _ratios.Length - 1).Select(c => Fit(c, products[0], against, cells, out _))];
                Fit(0, products[0], against, cells, out var count);
                yield return new(measure, against, cells, count, Figures(measured, OfResamples), Figures(controls, OfShuffles));
            }
        }
    }

    private CellFit Fit(int ratios, double[] products, FitAgainst against, FitCells cells, out int count)
    {
        var (x, y, w) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < _cells.Length; i++)
        {
            var same = _cells[i].A == _cells[i].B;
            var ratio = _ratios[ratios][i];
            // A resample may hold no two images with a cell's codes.
            if ((cells == FitCells.Same && !same) || (cells == FitCells.Different && same) || double.IsNaN(products[i])) continue;
            if (against == FitAgainst.LogRatio && ratio == 0) continue;
            x.Add(against == FitAgainst.LogRatio ? Math.Log(ratio) : ratio);
            y.Add(products[i]);
            w.Add(_weights[i]);
        }
        count = x.Count;
        return CellFit.Of([.. x], [.. y], [.. w]);
    }

    private static FitFigures Figures(CellFit[] fits, Func<double[], Interval> estimate)
    {
        return new(Of(f => f.RSquared), Of(f => f.Slope), Of(f => f.Intercept), Of(f => f.Spearman));

        Interval Of(Func<CellFit, double> figure) => estimate([.. fits.Select(figure)]);
    }

    /// <summary>The first is the value's own. Resampling adds noise, which lowers R² and ρ of every resample: so their spread is taken and not their place.</summary>
    private static Interval OfResamples(double[] figures)
    {
        double[] others = [.. figures[1..].Where(double.IsFinite)];
        if (!double.IsFinite(figures[0]) || others.Length < 2) return new(double.IsFinite(figures[0]) ? figures[0] : null, null, null);
        var mean = others.Average();
        var reach = Normal95 * Math.Sqrt(others.Sum(f => (f - mean) * (f - mean)) / (others.Length - 1));
        return new(figures[0], figures[0] - reach, figures[0] + reach);
    }

    private static Interval OfShuffles(double[] figures)
    {
        double[] sorted = [.. figures.Where(double.IsFinite).Order()];
        return sorted.Length < figures.Length || sorted.Length == 0 ? new(null, null, null) : new(sorted.Average(), Quantiles.Of(sorted, .025), Quantiles.Of(sorted, .975));
    }

    /// <summary>Numbers of the cells that are told one by one, in order: all, or some drawn by seed.</summary>
    public int[] Told(long seed)
    {
        var all = Enumerable.Range(0, _cells.Length).ToArray();
        if (all.Length <= CooccurrenceResult.MostCells) return all;
        new CounterRandom(seed, "cooccurrence cells", 0).Shuffle<int>(all);
        return [.. all[..CooccurrenceResult.MostCells].Order()];
    }
}
