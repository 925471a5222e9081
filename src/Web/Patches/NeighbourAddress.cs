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
/// <param name="Map">Show the similarity map: the index's role (first or beside), or off, as the picture is seen best at first.</param>
/// <param name="Order">Most similar first, or least similar first.</param>
/// <param name="Within">Classes that neighbours may have; null for any.</param>
/// <param name="Compare">Image shown beside the query's, of any dataset; null for none.</param>
/// <param name="Scale">What the map's colours span.</param>
/// <param name="Opacity">Of the map's colours, in percent.</param>
/// <param name="Before">Neighbours by the encoder as it was before training.</param>
public sealed record NeighbourAddress(
    string? Index = null, string? Beside = null, string? Image = null, int? Patch = null, Box? Box = null, int K = NeighbourAddress.DefaultK,
    bool OnePerImage = true, bool OtherImages = true, string? Class = null, MapKind Map = MapKind.Off, Trail? Trail = null,
    NeighbourOrder Order = NeighbourOrder.Nearest, ClassNames? Within = null, string? Compare = null,
    MapScale Scale = MapScale.Fit, int Opacity = NeighbourAddress.DefaultOpacity, bool Before = false)
{
    /// <summary>Neighbours a gallery, unless the address says otherwise.</summary>
    public const int DefaultK = 24;

    /// <summary>Percent, unless the address says otherwise.</summary>
    public const int DefaultOpacity = 45;

    /// <summary>The value of <see cref="Beside"/> for one gallery only.</summary>
    public const string None = "none";

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<int> Ks { get; } = [12, 24, 48, 96];

    /// <summary>The way here.</summary>
    public Trail Path => Trail ?? Patches.Trail.Empty;

    /// <summary>Reads an address's query; what it does not understand keeps its default.</summary>
    /// <param name="query">With or without the leading question mark.</param>
    public static NeighbourAddress Parse(string query)
    {
        var from = new AddressQuery(query);
        var box = BoxText.TryRead(from.Text("box"), out var b) ? b : null;
        return new NeighbourAddress(
            from.Text("index"), from.Text("beside"), from.Text("image"), box is null ? from.Number("patch") : null, box,
            Math.Clamp(from.Number("k") ?? DefaultK, 1, 1000), from.Text("onePerImage") != "false", from.Text("otherImages") != "false", from.Text("class"),
            from.Word("map", MapKind.Off), from.Text("trail") is { } trail ? Patches.Trail.Parse(trail) : null,
            from.Word("order", NeighbourOrder.Nearest), ClassNames.Of(from.All("within")), from.Text("compare"),
            from.Word("scale", MapScale.Fit), Math.Clamp(from.Number("opacity") ?? DefaultOpacity, 0, 100), from.Text("training") == "before");
    }

    /// <summary>The query of the address, question mark included; defaults are left out.</summary>
    public string ToQuery()
    {
        var to = new AddressQuery("");
        to.Add("training", Before ? "before" : null);
        to.Add("index", Index);
        to.Add("beside", Beside);
        to.Add("image", Image);
        to.Add("patch", Patch);
        to.Add("box", Box is null ? null : BoxText.Write(Box));
        to.Add("k", K == DefaultK ? null : K);
        to.Add("onePerImage", OnePerImage ? null : "false");
        to.Add("otherImages", OtherImages ? null : "false");
        to.Add("order", Order == NeighbourOrder.Nearest ? null : "farthest");
        foreach (var name in Within?.Names ?? []) to.Add("within", name);
        to.Add("class", Class);
        to.Add("compare", Compare);
        to.Add("map", Map == MapKind.Off ? null : Map.ToString().ToLowerInvariant());
        to.Add("scale", Scale == MapScale.Fit ? null : Scale.ToString().ToLowerInvariant());
        to.Add("opacity", Opacity == DefaultOpacity ? null : Opacity);
        to.Add("trail", Path.Steps.Count == 0 ? null : Path.ToString());
        return to.ToString();
    }
}

/// <summary>Which space's similarity lies over the picture.</summary>
public enum MapKind { First, Beside, Off }

/// <summary>What a map's colours span: the scores shown, from lowest to highest; 0 to 1; or -1 to 1.</summary>
public enum MapScale { Fit, Unit, Signed }

/// <summary>Some classes, in a fixed order; equal where the names are.</summary>
public sealed record ClassNames(IReadOnlyList<string> Names)
{
    /// <summary>These names once each; null for none, which means any.</summary>
    public static ClassNames? Of(IEnumerable<string> names) =>
        names.Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } some ? new ClassNames(some) : null;

    /// <inheritdoc/>
    public bool Equals(ClassNames? other) => other is not null && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => Names.Aggregate(0, HashCode.Combine);
}
