using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>Everything that the neighbours page shows, as its address carries it.</summary>
/// <param name="Index">Index of the first gallery; null until one is chosen.</param>
/// <param name="Beside">Index of the gallery beside it; null for the index's own sibling, <see cref="None"/> for no second gallery.</param>
/// <param name="Image">Query image; null for the dataset's first.</param>
/// <param name="Patch">Grid cell of the query; set only where <paramref name="Box"/> is not.</param>
/// <param name="Box">Free box of the query.</param>
/// <param name="OtherImages">Leave out the query's own image.</param>
/// <param name="Class">Class that the thumbnails are filtered by.</param>
/// <param name="Map">Show the similarity map: the index's role (first or beside), or null for hidden.</param>
public sealed record NeighbourView(
    string? Index = null, string? Beside = null, string? Image = null, int? Patch = null, Box? Box = null, int K = NeighbourView.DefaultK,
    bool OnePerImage = true, bool OtherImages = true, string? Class = null, MapKind Map = MapKind.First, Trail? Trail = null)
{
    /// <summary>Neighbours a gallery, unless the address says otherwise.</summary>
    public const int DefaultK = 24;

    /// <summary>The value of <see cref="Beside"/> for one gallery only.</summary>
    public const string None = "none";

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<int> Ks { get; } = [12, 24, 48, 96];

    /// <summary>The way here.</summary>
    public Trail Path => Trail ?? Patches.Trail.Empty;

    /// <summary>Reads an address's query; what it does not understand keeps its default.</summary>
    /// <param name="query">With or without the leading question mark.</param>
    public static NeighbourView Parse(string query)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            values[parts[0]] = parts.Length == 2 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "";
        }
        string? Text(string name) => values.TryGetValue(name, out var v) && v.Length > 0 ? v : null;
        int? Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : null;

        var box = BoxText.TryRead(Text("box"), out var b) ? b : null;
        return new NeighbourView(
            Text("index"), Text("beside"), Text("image"), box is null ? Number("patch") : null, box,
            Math.Clamp(Number("k") ?? DefaultK, 1, 1000), Text("onePerImage") != "false", Text("otherImages") != "false", Text("class"),
            Enum.TryParse<MapKind>(Text("map"), ignoreCase: true, out var map) ? map : MapKind.First,
            Text("trail") is { } trail ? Patches.Trail.Parse(trail) : null);
    }

    /// <summary>The query of the address, question mark included; defaults are left out.</summary>
    public string ToQuery()
    {
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (value is not null) parts.Add($"{name}={Uri.EscapeDataString(value).Replace("%2C", ",").Replace("%40", "@")}");
        }
        Add("index", Index);
        Add("beside", Beside);
        Add("image", Image);
        Add("patch", Patch?.ToString(CultureInfo.InvariantCulture));
        Add("box", Box is null ? null : BoxText.Write(Box));
        Add("k", K == DefaultK ? null : K.ToString(CultureInfo.InvariantCulture));
        Add("onePerImage", OnePerImage ? null : "false");
        Add("otherImages", OtherImages ? null : "false");
        Add("class", Class);
        Add("map", Map == MapKind.First ? null : Map.ToString().ToLowerInvariant());
        Add("trail", Path.Steps.Count == 0 ? null : Path.ToString());
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}

/// <summary>Which space's similarity lies over the picture.</summary>
public enum MapKind { First, Beside, Off }
