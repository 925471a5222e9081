using System.Globalization;
using System.Net;
using System.Text;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>An experiment as one picture that stands alone: both maps on one scale, the scatter, and what it was made with.</summary>
public static class ClosedFormFigure
{
    public const int Width = 1140, Height = 480;

    private const int Side = 330, Top = 70, Gap = 45, Left = 30;

    /// <summary>As SVG.</summary>
    public static string Svg(ClosedFormResult result, string title)
    {
        var scale = ClosedFormCharts.Scale(result.Theory);
        var svg = new StringBuilder();
        svg.Append(Inv($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" fill=\"#1d2733\">"));
        svg.Append(Inv($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>"));
        Text(svg, Left, 30, 17, $"Closed form: {title}, {result.Symbols} symbols in {Units.Count(result.Dimension, "dimension")}");
        Map(svg, 0, "p(i,j) / (p(i) p(j))", result.Theory.Ratio, scale);
        Map(svg, 1, "learned w zᵢ·zⱼ", result.Learned.Products, scale);
        Scatter(svg, result, scale);
        Legend(svg, scale);
        var r2 = result.Learned.ToRatio.R2 is { } value ? $"R² {Units.Value(value)}, attainable {Units.Value(result.Theory.AttainableR2!.Value)}" : "no structure to explain";
        Text(svg, Left, Height - 14, 12, $"{r2}; {result.Steps} steps, seed {result.Seed}; inputs {result.InputsSha256[..12]}");
        return svg.Append("</svg>").ToString();
    }

    private static void Map(StringBuilder svg, int place, string title, IReadOnlyList<IReadOnlyList<double>> values, ScoreScale scale)
    {
        var (x, cell) = (X(place), (double)Side / values.Count);
        Text(svg, x, Top - 10, 13, title);
        for (var i = 0; i < values.Count; i++)
            for (var j = 0; j < values.Count; j++)
                svg.Append(Inv($"<rect x=\"{x + (j * cell):0.##}\" y=\"{Top + (i * cell):0.##}\" width=\"{cell + .3:0.##}\" height=\"{cell + .3:0.##}\" fill=\"{scale.Colour(values[i][j])}\"/>"));
    }

    private static void Scatter(StringBuilder svg, ClosedFormResult result, ScoreScale scale)
    {
        var x = X(2);
        double Across(double value) => x + ((value - scale.Low) / (scale.High - scale.Low) * Side);
        double Down(double value) => Top + Side - ((Math.Clamp(value, scale.Low, scale.High) - scale.Low) / (scale.High - scale.Low) * Side);
        Text(svg, x, Top - 10, 13, "learned against the ratio, with y = x");
        svg.Append(Inv($"<rect x=\"{x}\" y=\"{Top}\" width=\"{Side}\" height=\"{Side}\" fill=\"none\" stroke=\"#b8c2cc\"/><path d=\"M{x} {Top + Side}L{x + Side} {Top}\" stroke=\"#6b7784\" stroke-dasharray=\"5 4\"/>"));
        for (var i = 0; i < result.Symbols; i++)
            for (var j = i; j < result.Symbols; j++)
                svg.Append(Inv($"<circle cx=\"{Across(result.Theory.Ratio[i][j]):0.##}\" cy=\"{Down(result.Learned.Products[i][j]):0.##}\" r=\"3\" fill=\"#0b6e69\" fill-opacity=\".6\"/>"));
    }

    private static void Legend(StringBuilder svg, ScoreScale scale)
    {
        const int parts = 64, y = Top + Side + 16;
        for (var part = 0; part < parts; part++)
            svg.Append(Inv($"<rect x=\"{Left + (part * (double)Side / parts):0.##}\" y=\"{y}\" width=\"{((double)Side / parts) + .3:0.##}\" height=\"10\" fill=\"{scale.Colour(scale.Low + ((part + .5) / parts * (scale.High - scale.Low)))}\"/>"));
        Text(svg, Left, y + 26, 12, Units.Value(scale.Low));
        Text(svg, Left + Side - 30, y + 26, 12, Units.Value(scale.High));
    }

    private static int X(int place) => Left + (place * (Side + Gap));

    private static void Text(StringBuilder svg, int x, int y, int size, string text) =>
        svg.Append(Inv($"<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\">{WebUtility.HtmlEncode(text)}</text>"));

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
