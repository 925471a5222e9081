namespace PatchSsl.Core.Images.Scenes;

/// <summary>A part of a scene. Positions and lengths are shares of the scene's side.</summary>
/// <param name="Kind">Its number among the set's kinds.</param>
internal readonly record struct ScenePart(
    int Kind, double X, double Y, double Radius, (double X, double Y) Turn, SceneColour First, SceneColour Second);

/// <summary>What a box of a scene shows of its parts.</summary>
/// <param name="Kind">Number of the kind that covers most of the box; null where parts cover less than a tenth of it.</param>
/// <param name="Cover">Share of the box's pixels that this kind covers, 0 to 1.</param>
/// <param name="HoldsOneWhole">Whether one part lies in the box whole and uncovered, and others cover less than a twentieth of the box.</param>
public readonly record struct PartView(int? Kind, double Cover, bool HoldsOneWhole);

/// <summary>Which part every pixel of a scene shows: later parts lie over earlier ones.</summary>
public sealed class PartMap
{
    private const int Nothing = -1;
    private const double Enough = .1, Foreign = .05;
    private readonly int _size;
    private readonly int[] _pixels; // (size, size): number of the part on top
    private readonly List<(int Kind, int Area)> _parts = [];

    internal PartMap(int size)
    {
        (_size, _pixels) = (size, new int[size * size]);
        Array.Fill(_pixels, Nothing);
    }

    /// <summary>Kinds of the parts, first laid first.</summary>
    public IReadOnlyList<int> Kinds => [.. _parts.Select(part => part.Kind)];

    /// <summary>What a box shows.</summary>
    /// <param name="x">Left edge, share of the side, 0 to 1; likewise the others. The box may not be empty.</param>
    public PartView Look(double x, double y, double width, double height)
    {
        var (left, right) = (Pixel(x), Math.Max(Pixel(x + width), Pixel(x) + 1));
        var (top, bottom) = (Pixel(y), Math.Max(Pixel(y + height), Pixel(y) + 1));
        var seen = new int[_parts.Count];
        for (var row = top; row < Math.Min(bottom, _size); row++)
        {
            for (var column = left; column < Math.Min(right, _size); column++)
            {
                if (_pixels[row * _size + column] is var part and not Nothing) seen[part]++;
            }
        }
        double area = (right - left) * (bottom - top);
        var most = Enumerable.Range(0, seen.Length).GroupBy(part => _parts[part].Kind)
            .Select(kind => (Kind: kind.Key, Cover: kind.Sum(part => seen[part]) / area))
            .OrderByDescending(kind => kind.Cover).ThenBy(kind => kind.Kind).FirstOrDefault();
        if (most.Cover < Enough) return new PartView(null, most.Cover, false);
        var whole = Array.FindIndex(seen, pixels => pixels == seen.Max());
        var one = seen[whole] == _parts[whole].Area && (seen.Sum() - seen[whole]) / area < Foreign;
        return new PartView(most.Kind, most.Cover, one);
    }

    internal void Lay(ScenePart part, PartKind look)
    {
        var area = 0;
        for (var row = 0; row < _size; row++)
        {
            for (var column = 0; column < _size; column++)
            {
                var (dx, dy) = (((column + .5) / _size - part.X) / part.Radius, ((row + .5) / _size - part.Y) / part.Radius);
                if (Math.Abs(dx) > 1.25 || Math.Abs(dy) > 1.25) continue;
                if (look.Distance(part.Turn.X * dx + part.Turn.Y * dy, part.Turn.X * dy - part.Turn.Y * dx) > 0) continue;
                _pixels[row * _size + column] = _parts.Count;
                area++;
            }
        }
        _parts.Add((part.Kind, WithinScene(part) ? area : int.MaxValue)); // what the edge cuts is never whole
    }

    private static bool WithinScene(ScenePart part) =>
        part.X >= part.Radius && part.X <= 1 - part.Radius && part.Y >= part.Radius && part.Y <= 1 - part.Radius;

    private int Pixel(double position) => Math.Clamp((int)Math.Round(position * _size), 0, _size);
}
