using System.Globalization;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>What the markup reads: all of it follows from the view and the newest answers.</summary>
public sealed partial class MapPage
{
    private const int CardWidth = 130, CardHeight = 180;

    private IEnumerable<ShownMap> Shown => new[] { _first, _second }.OfType<ShownMap>();

    private MapColour Colour => _view.Colour ?? (_first?.Map is { } map ? MapColouring.Usual(map) : MapColour.Class);

    private IReadOnlyList<int> TableRows => _chosen ?? (_allPoints ??= [.. Enumerable.Range(0, _first?.Map?.Count ?? 0)]);

    private string Letter(ShownMap shown) => _second is null ? "Map" : SpaceName.Long(shown.Index.Vectors);

    private string LegendLabel => Colour switch
    {
        MapColour.Class => "Classes",
        MapColour.Cluster => _second is null ? "Clusters" : $"Clusters of the {SpaceName.Long(_first!.Index.Vectors).ToLowerInvariant()}",
        MapColour.Place => "Rows of the grid",
        _ => "Patches",
    };

    private static string Axis(PatchMap? map, int axis) => map is null
        ? ""
        : $"component {map.Components[axis]} ({Units.Percent(map.Explained[map.Components[axis] - 1])} of the variance)";

    private static string Sample(PatchMap? map) => map switch
    {
        null => "",
        { Sampled: false } => $"All {Units.Count(map.Total, "patch", "patches")}.{Fitted(map)}",
        _ => $"{Units.Count(map.Count)} of {Units.Count(map.Total, "patch", "patches")}, sampled by seed {map.Seed}.{Fitted(map)}",
    };

    private static string Fitted(PatchMap map) => map.Fitted == map.Count ? "" : $" Axes and clusters from {Units.Count(map.Fitted)} of them.";

    private string Describe(ShownMap shown) => shown.Map is not { } map
        ? $"Map of the {SpaceName.Long(shown.Index.Vectors).ToLowerInvariant()}"
        : $"Map of {Units.Count(map.Count)} patches in the {SpaceName.Long(shown.Index.Vectors).ToLowerInvariant()}: {Axis(map, 0)} across, {Axis(map, 1)} up";

    /// <summary>Beside the pointer, on the side where there is room.</summary>
    private string HoverPlace => string.Create(CultureInfo.InvariantCulture,
        $"left:clamp(4px, {_hover.X + 14:0}px, calc(100% - {CardWidth}px)); top:clamp(4px, {_hover.Y - CardHeight / 2:0}px, calc(100% - {CardHeight}px))");
}
