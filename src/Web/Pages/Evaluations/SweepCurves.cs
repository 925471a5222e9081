using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.Pages.Evaluations;

/// <summary>A sweep as curves: accuracy against the number of patches, the whole image as a level line in the same colour.</summary>
public static class SweepCurves
{
    /// <param name="measure">What the curves show.</param>
    public static IReadOnlyList<ChartSeries> Of(Figures figures, Measure measure)
    {
        List<ChartSeries> series = [];
        string[] bags = [.. figures.Patches.Where(p => p != "whole")];
        if (bags.Length == 0) return series;
        double[] x = [.. bags.Select(p => (double)Choices.Count(p))];
        double[] ends = x.Length == 1 ? [x[0] / 2, x[0] * 2] : [x[0], x[^1]];
        foreach (var space in figures.Spaces)
        {
            Figure?[] found = [.. bags.Select(p => figures.Find(Figures.Model, space, p, measure))];
            var hasBand = found.All(f => f?.Deviation is not null);
            series.Add(new ChartSeries(
                $"{Choices.SpaceShort(space)}, bag", x, [.. found.Select(f => f?.Accuracy ?? double.NaN)], Color(space), SeriesStyle.LineAndPoints,
                Low: hasBand ? [.. found.Select(f => f!.Accuracy - f.Deviation!.Value)] : null,
                High: hasBand ? [.. found.Select(f => f!.Accuracy + f.Deviation!.Value)] : null));
            if (figures.Find(Figures.Model, space, "whole", measure) is { } whole)
                series.Add(new ChartSeries($"{Choices.SpaceShort(space)}, whole image", ends, [whole.Accuracy, whole.Accuracy], Color(space), SeriesStyle.Dashed, Listed: false));
        }
        if (figures.Find(Figures.RawPixels, null, "whole", measure) is { } pixels)
            series.Add(new ChartSeries("raw pixels", ends, [pixels.Accuracy, pixels.Accuracy], "--mud-palette-text-secondary", SeriesStyle.Dashed));
        return series;
    }

    private static string Color(VectorKind space) => space switch
    {
        VectorKind.Embedding => "--mud-palette-primary",
        VectorKind.Projection => "--mud-palette-secondary",
        _ => "--mud-palette-warning",
    };
}
