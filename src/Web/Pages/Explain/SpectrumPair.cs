using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>The spectra of one space before and after training, ready to draw.</summary>
public sealed record SpectrumPair(VectorSpectrum Trained, VectorSpectrum? Untrained, IReadOnlyList<ChartSeries> Series)
{
    public string Caption =>
        $"RankMe {Units.Value(Trained.RankMe)} of at most {Units.Count(Math.Min(Trained.Samples, Trained.Dimensions))}"
        + (Untrained is { } before ? $", {Units.Value(before.RankMe)} before training" : "")
        + $": {Units.Count(Trained.Samples)} vectors of {Units.Count(Trained.Dimensions)} values.";

    public static IReadOnlyList<SpectrumPair> Of(SpectrumReport report) =>
    [
        .. report.Trained.Select(trained =>
        {
            var before = report.Untrained.FirstOrDefault(s => s.Vectors == trained.Vectors);
            var color = trained.Vectors == VectorKind.Projection ? "--projection" : "--embedding";
            return new SpectrumPair(trained, before,
                [Curve("trained", trained, color, SeriesStyle.Line), .. before is null ? Array.Empty<ChartSeries>() : [Curve("untrained", before, "--mud-palette-text-secondary", SeriesStyle.Dashed)]]);
        }),
    ];

    private static ChartSeries Curve(string name, VectorSpectrum spectrum, string color, SeriesStyle style) =>
        SpectrumLines.Curve(name, spectrum.Ranks, spectrum.Eigenvalues, color, style);
}
