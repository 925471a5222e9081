using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>A category of points: a class, a cluster, a place in the image.</summary>
/// <param name="Number">As the address hides it; -1 for points that have none.</param>
public sealed record MapCategory(int Number, string Name, int Count);

/// <summary>Which category each point of a map has.</summary>
/// <param name="Of">A byte a point: the category, or <see cref="Other"/>.</param>
/// <param name="Categories">Those that have points, by number; what has none comes last.</param>
public sealed record MapColouring(byte[] Of, IReadOnlyList<MapCategory> Categories)
{
    /// <summary>Categories with a colour and form of their own; further ones are drawn as others.</summary>
    public const int Most = 40;

    /// <summary>The byte of points without a category.</summary>
    public const byte Other = 255;

    /// <param name="map">The map whose classes, clusters or places count.</param>
    public static MapColouring By(MapColour colour, PatchMap map)
    {
        var side = (int)Math.Round(Math.Sqrt(map.PatchesPerImage));
        return colour switch
        {
            MapColour.Class => Make(map.Points.Class.Values, c => map.Classes[c], map.Classes.Count == 0 ? "unlabelled" : "other or unlabelled"),
            MapColour.Cluster => Make(map.Points.Cluster.Values, c => $"cluster {c + 1}", "other clusters"),
            MapColour.Place => Make([.. map.Points.Patch.Values.Select(p => p / side)], r => Row(r, side), "other rows"),
            _ => Make(new int[map.Count], _ => "patches", ""),
        };
    }

    /// <summary>The colour used unless the view names one.</summary>
    public static MapColour Usual(PatchMap map) => map.Classes.Count > 0 ? MapColour.Class : MapColour.Cluster;

    private static MapColouring Make(int[] numbers, Func<int, string> name, string other)
    {
        var (of, counts, others) = (new byte[numbers.Length], new int[Most], 0);
        for (var i = 0; i < of.Length; i++)
        {
            if (numbers[i] is >= 0 and < Most)
            {
                of[i] = (byte)numbers[i];
                counts[numbers[i]]++;
            }
            else
            {
                of[i] = Other;
                others++;
            }
        }
        List<MapCategory> categories = [.. Enumerable.Range(0, Most).Where(c => counts[c] > 0).Select(c => new MapCategory(c, name(c), counts[c]))];
        if (others > 0) categories.Add(new MapCategory(-1, other, others));
        return new MapColouring(of, categories);
    }

    private static string Row(int row, int side) =>
        side == 1 ? "whole" : row == 0 ? "top row" : row == side - 1 ? "bottom row" : $"row {row + 1} of {side}";
}

/// <summary>Colours of categories: ten that people with any colour vision tell apart, then the same in another form.</summary>
/// <remarks>After Paul Tol's "muted" scheme (personal.sron.nl/~pault), its darkest colours lightened for the dark surface.</remarks>
public static class MapPalette
{
    private static readonly string[] Light = ["#332288", "#cc6677", "#117733", "#ddaa33", "#33bbee", "#882255", "#999933", "#aa4499", "#44aa99", "#661100"];
    private static readonly string[] Dark = ["#9a8cff", "#f08a9b", "#3fae62", "#ddcc77", "#66ccee", "#d0588f", "#bdbd4a", "#dd8fd0", "#44c9b5", "#d98a5b"];

    private static readonly string[] Forms = ["●", "■", "▲", "◆"];

    public static string Colour(int category, bool dark) => category < 0 ? Other(dark) : (dark ? Dark : Light)[category % Light.Length];

    public static string Other(bool dark) => dark ? "#7b879a" : "#8a93a3";

    /// <summary>The form that points of a category are drawn in.</summary>
    public static string Form(int category) => category < 0 ? Forms[0] : Forms[category / Light.Length % Forms.Length];
}
