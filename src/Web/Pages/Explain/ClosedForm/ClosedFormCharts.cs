using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>An experiment, ready to draw.</summary>
public static class ClosedFormCharts
{
    /// <summary>One scale for ratios, best and learned products, so that a colour means one number on every map.</summary>
    public static ScoreScale Scale(ClosedFormTheory theory) => new(
        Math.Min(0, theory.Best.Min(row => row.Min())), Math.Max(1, theory.Ratio.Max(row => row.Max())));

    /// <summary>Learned products against the ratios, a point a pair; with what d dimensions can do at best where that is less.</summary>
    public static IReadOnlyList<ChartSeries> Scatter(ClosedFormTheory theory, IReadOnlyList<IReadOnlyList<double>>? products)
    {
        var pairs = (from i in Enumerable.Range(0, theory.Ratio.Count) from j in Enumerable.Range(i, theory.Ratio.Count - i) select (i, j)).ToList();
        double[] Of(IReadOnlyList<IReadOnlyList<double>> values) => [.. pairs.Select(p => values[p.i][p.j])];
        var x = Of(theory.Ratio);
        var end = Scale(theory).High;
        var lines = new List<ChartSeries> { new("y = x", [0, end], [0, end], "--mud-palette-text-secondary", SeriesStyle.Dashed) };
        if (ClosedFormVerdict.FallsShort(theory)) lines.Add(new ChartSeries("best possible", x, Of(theory.Best), "--projection", SeriesStyle.Points));
        if (products is not null) lines.Add(new ChartSeries("learned", x, Of(products), "--embedding", SeriesStyle.Points));
        return lines;
    }

    /// <summary>The loss over all pairs, faint that of the batches, and the least there can be.</summary>
    /// <param name="steps">Of the whole training, so that the axis stays as it is.</param>
    public static IReadOnlyList<ChartSeries> Loss(ClosedFormTheory theory, IReadOnlyList<ClosedFormPoint> curve, int steps)
    {
        double[] x = [.. curve.Select(p => (double)p.Step)];
        return
        [
            new("one batch", x, [.. curve.Select(p => p.BatchLoss ?? double.NaN)], "--embedding", SeriesStyle.Faint),
            new("theoretical minimum", [0, steps], [theory.MinimumLoss, theory.MinimumLoss], "--projection", SeriesStyle.Dashed),
            new("all pairs", x, [.. curve.Select(p => p.Loss)], "--embedding"),
        ];
    }

    /// <summary>Eigenvalues by rank.</summary>
    public static IReadOnlyList<ChartSeries> Eigenvalues(ClosedFormTheory theory, ClosedFormResult? result)
    {
        double[] ranks = [.. Enumerable.Range(1, theory.Eigenvalues.Count).Select(k => (double)k)];
        var lines = new List<ChartSeries> { new("theory", ranks, theory.Eigenvalues, "--projection", SeriesStyle.LineAndPoints) };
        if (result is null) return lines;
        lines.Add(new ChartSeries("learned", ranks, result.Learned.Eigenvalues, "--embedding", SeriesStyle.LineAndPoints));
        lines.Add(new ChartSeries("shuffled control", ranks, result.Control.Eigenvalues, "--mud-palette-text-secondary", SeriesStyle.Dashed));
        return lines;
    }
}
