using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>A pair of codes in a scatter.</summary>
/// <param name="X">Ratio, or its logarithm.</param>
/// <param name="ControlX">The same after a shuffle; NaN where it has no logarithm.</param>
/// <param name="Y">Mean product.</param>
public sealed record CooccurrencePoint(CooccurrenceCell Cell, double X, double ControlX, double Y)
{
    public bool Same => Cell.A == Cell.B;
}

/// <summary>What the page shows of a measure: its points, and the pairs worth looking at.</summary>
public sealed class CooccurrencePoints
{
    /// <summary>Pairs in each list.</summary>
    public const int Listed = 6;

    private readonly CooccurrenceFigures? _line;

    public CooccurrencePoints(CooccurrenceReport report, int measure, CooccurrenceAgainst against)
    {
        Fit = Find(report, measure, against, CooccurrenceCells.All);
        _line = Fit?.Measured;
        Points = [.. report.Cells.Where(c => against == CooccurrenceAgainst.Ratio || c.Ratio > 0)
            .Select(c => new CooccurrencePoint(c, Scale(c.Ratio), c.ControlRatio > 0 || against == CooccurrenceAgainst.Ratio ? Scale(c.ControlRatio) : double.NaN, c.Products[measure]))];

        double Scale(double ratio) => against == CooccurrenceAgainst.Ratio ? ratio : Math.Log(ratio);
    }

    public CooccurrenceFit? Fit { get; }

    public IReadOnlyList<CooccurrencePoint> Points { get; }

    /// <summary>The line's height; null where there is none.</summary>
    public double? Line(double x) => _line is { Slope.Value: { } slope, Intercept.Value: { } intercept } ? intercept + (slope * x) : null;

    /// <summary>Different codes found together most often against chance.</summary>
    public IReadOnlyList<CooccurrencePoint> Together => Ordered(p => -p.X);

    /// <summary>Different codes found together least often against chance; of those never seen together, the most expected.</summary>
    public IReadOnlyList<CooccurrencePoint> Apart => Ordered(p => p.X);

    /// <summary>Products farthest above the line.</summary>
    public IReadOnlyList<CooccurrencePoint> Above => Ordered(p => -Off(p));

    /// <summary>Products farthest below the line.</summary>
    public IReadOnlyList<CooccurrencePoint> Below => Ordered(Off);

    public static CooccurrenceFit? Find(CooccurrenceReport report, int measure, CooccurrenceAgainst against, CooccurrenceCells cells) =>
        report.Fits.FirstOrDefault(f => f.Measure == measure && f.Against == against && f.Cells == cells);

    private double Off(CooccurrencePoint p) => p.Y - (Line(p.X) ?? 0);

    private IReadOnlyList<CooccurrencePoint> Ordered(Func<CooccurrencePoint, double> by) =>
        [.. Points.Where(p => !p.Same).OrderBy(by).ThenByDescending(p => p.Cell.Expected).Take(Listed)];
}
