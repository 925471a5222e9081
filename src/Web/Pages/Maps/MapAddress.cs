using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>What the colours of a map stand for.</summary>
public enum MapColour { Class, Cluster, Place, None }

/// <summary>Everything that the map page shows but its zoom and selection, as its address carries it.</summary>
/// <param name="Index">Null until one is chosen.</param>
/// <param name="Beside">The second map's index; null for the index's sibling, <see cref="None"/> for one map.</param>
/// <param name="X">Principal component of the horizontal axis, from 1.</param>
/// <param name="Colour">Null for the class where there are any, and otherwise the cluster.</param>
/// <param name="Hidden">Numbers of the categories that are not drawn; -1 is what has none.</param>
public sealed record MapAddress(
    string? Index = null, string? Beside = null, int Points = 20_000, long Seed = 0, int X = 1, int Y = 2, MapColour? Colour = null, int Clusters = 10, string Hidden = "")
{
    /// <summary>The value of <see cref="Beside"/> for one map only.</summary>
    public const string None = "none";

    /// <summary>Most components that a map is made of.</summary>
    public const int Components = 10;

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<int> PointChoices { get; } = [2_000, 20_000, 50_000, 200_000];

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<int> ClusterChoices { get; } = [2, 5, 10, 20, 50];

    public IReadOnlySet<int> HiddenCategories =>
        Hidden.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(t => int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : -2).ToHashSet();

    /// <summary>Shows a category again, or hides it.</summary>
    public MapAddress Toggle(int category)
    {
        var hidden = HiddenCategories.ToHashSet();
        if (!hidden.Remove(category)) hidden.Add(category);
        return Hide(hidden);
    }

    /// <summary>Draws all but these categories.</summary>
    public MapAddress Hide(IEnumerable<int> categories) => this with { Hidden = string.Join('.', categories.Order().Select(c => c.ToString(CultureInfo.InvariantCulture))) };

    /// <summary>What the server is asked for.</summary>
    public MapRequest ToRequest() => new(Points, Seed, X, Y, Clusters);

    /// <summary>Reads an address's query; what it does not understand keeps its default.</summary>
    /// <param name="query">With or without the leading question mark.</param>
    public static MapAddress Parse(string query)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            values[parts[0]] = parts.Length == 2 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "";
        }
        string? Text(string name) => values.TryGetValue(name, out var v) && v.Length > 0 ? v : null;
        int? Number(string name, int low, int high) =>
            int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? Math.Clamp(v, low, high) : null;

        var usual = new MapAddress();
        var (x, y) = (Number("x", 1, Components) ?? usual.X, Number("y", 1, Components) ?? usual.Y);
        if (x == y) (x, y) = (usual.X, usual.Y);
        return new MapAddress(
            Text("index"), Text("beside"), Number("points", 1, 200_000) ?? usual.Points,
            long.TryParse(Text("seed"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed : usual.Seed, x, y,
            Enum.TryParse<MapColour>(Text("colour"), ignoreCase: true, out var colour) && Enum.IsDefined(colour) ? colour : null,
            Number("clusters", 2, 50) ?? usual.Clusters, Text("hidden") ?? "");
    }

    /// <summary>The query of the address, question mark included; defaults are left out.</summary>
    public string ToQuery()
    {
        var usual = new MapAddress();
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        string? Number(long value, long standard) => value == standard ? null : value.ToString(CultureInfo.InvariantCulture);
        Add("index", Index);
        Add("beside", Beside);
        Add("points", Number(Points, usual.Points));
        Add("seed", Number(Seed, usual.Seed));
        Add("x", Number(X, usual.X));
        Add("y", Number(Y, usual.Y));
        Add("colour", Colour?.ToString().ToLowerInvariant());
        Add("clusters", Number(Clusters, usual.Clusters));
        Add("hidden", Hidden);
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
