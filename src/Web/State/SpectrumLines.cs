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

    // A logarithmic axis has no place for 0: what is nothing next to the largest is left out.
    private static ChartSeries Line(FeatureSpectrum spectrum, string color, bool isNewest)
    {
        var floor = spectrum.Eigenvalues.Count > 0 ? spectrum.Eigenvalues[0] * 1e-12 : 0;
        return new ChartSeries($"step {Units.Count(spectrum.Step)}", [.. spectrum.Ranks.Select(r => (double)r)],
            [.. spectrum.Eigenvalues.Select(e => e > floor ? e : double.NaN)], color, isNewest ? SeriesStyle.Line : SeriesStyle.Faint);
    }
}
