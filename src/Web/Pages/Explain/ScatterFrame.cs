using System.Globalization;
using System.Text;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>Where numbers lie in a plot of 0 to 100 both ways, and its ticks.</summary>
internal sealed record ScatterFrame(double Left, double Right, double Bottom, double Top)
{
    /// <summary>Around some points, with a little room.</summary>
    public static ScatterFrame Around(IEnumerable<(double X, double Y)> points)
    {
        var (left, right, bottom, top) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var (x, y) in points)
        {
            if (!double.IsFinite(x) || !double.IsFinite(y)) continue;
            (left, right, bottom, top) = (Math.Min(left, x), Math.Max(right, x), Math.Min(bottom, y), Math.Max(top, y));
        }
        if (left > right) return new(0, 1, 0, 1);
        var (roomX, roomY) = (Room(right - left), Room(top - bottom));
        return new(left - roomX, right + roomX, bottom - roomY, top + roomY);

        static double Room(double span) => span > 0 ? span * .04 : .5;
    }

    public double X(double value) => 100 * (value - Left) / (Right - Left);

    public double Y(double value) => 100 * (Top - value) / (Top - Bottom);

    public IReadOnlyList<double> TicksX => Ticks(Left, Right);

    public IReadOnlyList<double> TicksY => Ticks(Bottom, Top);

    /// <summary>Every point as a line of no length, whose round or square end is its mark: one element, however many points.</summary>
    public string Marks(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
            if (double.IsFinite(x) && double.IsFinite(y)) path.Append(CultureInfo.InvariantCulture, $"M{X(x):0.##} {Y(y):0.##}h0");
        return path.ToString();
    }

    /// <summary>Round numbers, four to eight of them.</summary>
    private static IReadOnlyList<double> Ticks(double low, double high)
    {
        var rough = (high - low) / 6;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = unit * ((rough / unit) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var first = (long)Math.Ceiling(low / step);
        var count = (int)Math.Clamp(Math.Floor(high / step) - first + 1, 0, 20);
        return [.. Enumerable.Range(0, count).Select(i => Math.Round((first + i) * step, 10))];
    }
}
