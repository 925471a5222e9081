using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>One index as a map, or two whose points are the same patches. The address holds the view; zoom and selection are the moment's.</summary>
public sealed partial class MapPage
{
    private NeighbourCatalog? _catalog;
    private MapAddress _view = new();
    private PatchIndex? _index;
    private ShownMap? _first, _second;
    private MapColouring? _colouring;
    private (MapColour, PatchMap)? _coloured;
    private IReadOnlyList<int>? _chosen;
    private IReadOnlyList<long> _chosenRows = [];
    private IReadOnlyList<int>? _allPoints;
    private string? _what;
    private bool _lasso = true, _table;
    private (ShownMap? Over, int Point, double X, double Y, PatchItem? Patch) _hover = (null, -1, 0, 0, null);

    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        Every(TimeSpan.FromSeconds(2), () => _catalog?.Indexes.Any(i => i.State is ResourceState.Queued or ResourceState.Building) == true && _first?.Map is null ? StartAsync() : Task.CompletedTask);
        await StartAsync();
    }

    private async Task StartAsync()
    {
        await LoadAsync(async token => _catalog = new NeighbourCatalog((await Api.ListIndexesAsync(new ListQuery(500), token)).Items, []));
        if (_catalog is not null) await FollowAsync();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var address = Navigation.ToAbsoluteUri(e.Location);
        if (!address.AbsolutePath.EndsWith("/map", StringComparison.Ordinal)) return;
        if (MapAddress.Parse(address.Query) != _view) _ = InvokeAsync(FollowAsync);
    }

    /// <summary>Shows what the address asks for.</summary>
    private async Task FollowAsync()
    {
        _view = MapAddress.Parse(Navigation.ToAbsoluteUri(Navigation.Uri).Query);
        _index = _view.Index is null ? _catalog!.Default : _catalog!.Find(_view.Index);
        if (_index is not { State: ResourceState.Ready } index)
        {
            (_first, _second) = (null, null);
            StateHasChanged();
            return;
        }
        if (_view.Index is null)
        {
            _view = _view with { Index = index.Id };
            Navigation.NavigateTo("map" + _view.ToQuery(), new NavigationOptions { ReplaceHistoryEntry = true });
        }
        var beside = _view.Beside switch
        {
            null => _catalog!.Sibling(index),
            MapAddress.None => null,
            _ => MapChoices.Alike(_catalog!, index).FirstOrDefault(i => i.Id == _view.Beside),
        };
        if (_first?.Index.Id != index.Id) (_first, _) = (new ShownMap(index), ChosenNone());
        if (_second?.Index.Id != beside?.Id) _second = beside is null ? null : new ShownMap(beside);

        // Fewer values have fewer components.
        var components = Shown.Min(s => s.Index.Dim);
        var request = Math.Max(_view.X, _view.Y) <= components || components < 2 ? _view.ToRequest() : _view.ToRequest() with { X = 1, Y = 2 };
        List<Task> loads = [.. Shown.Select(async shown =>
        {
            var before = shown.Map;
            await shown.LoadAsync(Api, request, Leaving);
            if (shown == _first && !SamePatches(before, shown.Map)) ChosenNone();
            Recolour();
            StateHasChanged();
        })];
        Recolour();
        StateHasChanged(); // the maps are busy now, and say so
        await Task.WhenAll(loads);
    }

    private static bool SamePatches(PatchMap? a, PatchMap? b) =>
        a is null || b is null ? a == b : (a.Index, a.Count, a.Seed) == (b.Index, b.Count, b.Seed);

    private void Recolour()
    {
        if (_first?.Map is not { } map || _coloured == (Colour, map)) return;
        (_coloured, _colouring, _allPoints) = ((Colour, map), MapColouring.By(Colour, map), null);
    }

    private void Go(MapAddress view) => Navigation.NavigateTo("map" + view.ToQuery());

    private void Choose(IReadOnlyList<int> points, string what)
    {
        if (_first?.Map is not { } map) return;
        // Mixed, or the first page would hold the patches of the first few images; the same points in the same order each time.
        var mixed = points.Select(i => Row(map, i)).ToArray();
        new Random(points.Count).Shuffle(mixed);
        (_chosen, _chosenRows) = (points, mixed);
        _what = points.Count > MapSelection.PageSize ? $"{what}, in mixed order" : what;
    }

    private void ChooseCategory(int number)
    {
        var category = number < 0 ? MapColouring.Other : (byte)number;
        if (_view.HiddenCategories.Contains(number)) Go(_view.Toggle(number)); // what is shown below is seen above
        Choose([.. Enumerable.Range(0, _colouring!.Of.Length).Where(i => _colouring.Of[i] == category)], _colouring.Categories.First(c => c.Number == number).Name);
    }

    private void ChooseNothing() => ChosenNone();

    private bool ChosenNone()
    {
        (_chosen, _chosenRows, _what) = (null, [], null);
        return true;
    }

    private async Task LookAsync(ShownMap shown, MapHover hover)
    {
        _hover = (hover.Point < 0 ? null : shown, hover.Point, hover.X, hover.Y, null);
        if (hover.Point < 0 || shown.Map is not { } map || hover.Point >= map.Count) return;
        IReadOnlyList<PatchItem> found = [];
        if (!await LoadQuietlyAsync(async () => found = await Api.GetPatchesAsync(shown.Index.Id, [Row(map, hover.Point)], Leaving))) return;
        if (_hover.Over == shown && _hover.Point == hover.Point && found.Count > 0) _hover = _hover with { Patch = found[0] };
    }

    /// <summary>A crop under the pointer that cannot be had is no reason for an error page.</summary>
    private static async Task<bool> LoadQuietlyAsync(Func<Task> load)
    {
        try
        {
            await load();
            return true;
        }
        catch (Exception e) when (e is ApiException or OperationCanceledException)
        {
            return false;
        }
    }

    private void OpenNeighbours(ShownMap shown, int point)
    {
        if (shown.Map is { } map) Navigation.NavigateTo(NeighboursOf(map, point));
    }

    private void Pivot(Neighbour hit)
    {
        if (_first?.Map is { } map && long.TryParse(hit.PatchId.AsSpan(hit.PatchId.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var row))
            Navigation.NavigateTo(NeighboursOf(map, (int)(row / map.PatchesPerImage), (int)(row % map.PatchesPerImage)));
    }

    private string NeighboursOf(PatchMap map, int point) => NeighboursOf(map, map.Points.Image.Values[point], map.Points.Patch.Values[point]);

    private string NeighboursOf(PatchMap map, int image, int patch) => "neighbours" + new NeighbourAddress(
        map.Index, _second is null ? null : Shown.First(s => s.Index.Id != map.Index).Index.Id, string.Create(CultureInfo.InvariantCulture, $"{map.DatasetId}-{image}"), patch).ToQuery();

    private static long Row(PatchMap map, int point) => (long)map.Points.Image.Values[point] * map.PatchesPerImage + map.Points.Patch.Values[point];

    private static async Task ZoomAsync(ShownMap shown, double factor)
    {
        if (shown.Scatter is not null) await shown.Scatter.ZoomAsync(factor);
    }

    private async Task SavePictureAsync(ShownMap shown)
    {
        if (shown.Scatter is null) return;
        var picture = await shown.Scatter.PictureAsync();
        if (picture.Length == 0) return;
        await using var pictures = await Js.InvokeAsync<IJSObjectReference>("import", Leaving, "./js/pictures.js");
        await pictures.InvokeVoidAsync("download", Leaving, $"{shown.Index.Id}-map.png", "image/png", picture);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= OnLocationChanged;
        base.Dispose(disposing);
    }
}
