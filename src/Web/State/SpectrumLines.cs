using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.State;

/// <summary>The spectra of one space, ready to draw: the newest in the space's colour, those before it faint behind.</summary>
public sealed record SpectrumLines(FeatureSpectrum Newest, IReadOnlyList<ChartSeries> Series)
{
    public string Value => $"RankMe {Units.Value(Newest.RankMe)}";

    public string Caption =>
        $"Step {Units.Count(Newest.Step)}, RankMe {Units.Value(Newest.RankMe)} of at most {Units.Count(Math.Min(Newest.Samples, Newest.Dimensions))}: {Units.Count(Newest.Samples)} vectors of {Units.Count(Newest.Dimensions)} values."
        + (Series.Count > 1 ? $" Faint: {Units.Count(Series.Count - 1, "earlier step")} from {Series[0].Name["step ".Length..]} on." : "");

    public static IReadOnlyList<SpectrumLines> Of(IEnumerable<FeatureSpectrum> spectra) =>
    [
        .. spectra.GroupBy(s => s.Vectors).OrderBy(g => g.Key).Select(g =>
        {
            var steps = g.OrderBy(s => s.Step).ToList();
            var color = g.Key == VectorKind.Projection ? "--projection" : "--embedding";
            return new SpectrumLines(steps[^1], [.. steps.Select((s, i) => Line(s, color, i == steps.Count - 1))]);
        }),
    ];

    /// <summary>One spectrum as a curve over its ranks.</summary>
    public static ChartSeries Curve(string name, IReadOnlyList<int> ranks, IReadOnlyList<double> eigenvalues, string? color, SeriesStyle style)
    {
        // A logarithmic axis has no place for 0: what is nothing next to the largest is left out.
        var floor = eigenvalues.Count > 0 ? eigenvalues[0] * 1e-12 : 0;
        return new ChartSeries(name, [.. ranks.Select(r => (double)r)], [.. eigenvalues.Select(e => e > floor ? e : double.NaN)], color, style);
    }

    private static ChartSeries Line(FeatureSpectrum spectrum, string color, bool isNewest) =>
        Curve($"step {Units.Count(spectrum.Step)}", spectrum.Ranks, spectrum.Eigenvalues, color, isNewest ? SeriesStyle.Line : SeriesStyle.Faint);
}
