using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>Which cosine a convergence chart shows.</summary>
public enum CosineView
{
    /// <summary>With the whole image, as the vectors are.</summary>
    Plain,

    /// <summary>With the whole image, the mean vector taken off.</summary>
    Centred,

    /// <summary>With the largest bag.</summary>
    Largest,
}

/// <summary>A convergence report as curves: mean with the middle half of the images as a band, the control dashed in the same colour.</summary>
public static class ConvergenceCurves
{
    public static IReadOnlyList<ChartSeries> Of(ConvergenceReport report, CosineView view)
    {
        List<ChartSeries> series = [];
        foreach (var curve in report.Curves)
        {
            var space = Choices.SpaceShort(curve.Vectors);
            double[] x = [.. curve.Points.Select(p => (double)p.Patches)];
            CosineSpread[] own = [.. curve.Points.Select(p => Own(p, view))];
            series.Add(new ChartSeries(
                view == CosineView.Largest ? $"{space}, largest bag" : $"{space}, own image", x, [.. own.Select(s => s.Mean)], Color(curve.Vectors), SeriesStyle.LineAndPoints,
                Low: [.. own.Select(s => s.Q1)], High: [.. own.Select(s => s.Q3)]));
            if (view != CosineView.Largest)
                series.Add(new ChartSeries($"{space}, another image", x, [.. curve.Points.Select(p => Other(p, view)!.Mean)], Color(curve.Vectors), SeriesStyle.Dashed));
        }
        return series;
    }

    public static CosineSpread Own(ConvergencePoint point, CosineView view) =>
        view switch { CosineView.Plain => point.Cosine, CosineView.Centred => point.Centred, _ => point.Largest };

    /// <summary>The control; null where there is none.</summary>
    public static CosineSpread? Other(ConvergencePoint point, CosineView view) =>
        view switch { CosineView.Plain => point.Other, CosineView.Centred => point.CentredOther, _ => null };

    private static string Color(VectorKind space) => space switch
    {
        VectorKind.Embedding => "--embedding",
        VectorKind.Projection => "--projection",
        _ => "--mud-palette-warning",
    };
}
