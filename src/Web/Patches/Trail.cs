using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>A place a search started from.</summary>
public sealed record TrailStep(string ImageId, Box Box);

/// <summary>The way from the first search to this one, oldest first; it lives in the address.</summary>
public sealed record Trail(IReadOnlyList<TrailStep> Steps)
{
    /// <summary>Longer trails lose their oldest steps, so that the address stays short enough to paste.</summary>
    public const int MaxSteps = 8;

    /// <summary>No way yet.</summary>
    public static Trail Empty { get; } = new([]);

    /// <summary>This trail with one more place behind it.</summary>
    public Trail Append(TrailStep step) => new([.. Steps.Append(step).TakeLast(MaxSteps)]);

    /// <summary>The trail as it was when the search stood at that step.</summary>
    public Trail Before(int step) => new([.. Steps.Take(step)]);

    /// <summary><c>image@x,y,w,h</c> for each step, joined by <c>;</c>.</summary>
    public override string ToString() => string.Join(';', Steps.Select(s => $"{s.ImageId}@{BoxText.Write(s.Box)}"));

    /// <summary>Reads <see cref="ToString"/>; steps that make no sense are left out.</summary>
    public static Trail Parse(string? text)
    {
        var steps = new List<TrailStep>();
        foreach (var part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.LastIndexOf('@');
            if (at > 0 && BoxText.TryRead(part[(at + 1)..], out var box)) steps.Add(new TrailStep(part[..at], box));
        }
        return new Trail([.. steps.TakeLast(MaxSteps)]);
    }

    /// <inheritdoc/>
    public bool Equals(Trail? other) => other is not null && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Aggregate(0, HashCode.Combine);
}

/// <summary>A box as <c>x,y,w,h</c> in pixels, for addresses and forms.</summary>
public static class BoxText
{
    /// <summary>With at most three decimals and a point, whatever the browser's language.</summary>
    public static string Write(Box box) =>
        string.Create(CultureInfo.InvariantCulture, $"{box.X:0.###},{box.Y:0.###},{box.Width:0.###},{box.Height:0.###}");

    /// <summary>False where the text is no box with a positive size.</summary>
    public static bool TryRead(string? text, out Box box)
    {
        box = new Box(0, 0, 1, 1);
        var parts = (text ?? "").Split(',');
        if (parts.Length != 4) return false;
        var v = new double[4];
        for (var i = 0; i < 4; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out v[i]) || !double.IsFinite(v[i])) return false;
        if (v[0] < 0 || v[1] < 0 || v[2] <= 0 || v[3] <= 0) return false;
        box = new Box(v[0], v[1], v[2], v[3]);
        return true;
    }
}
