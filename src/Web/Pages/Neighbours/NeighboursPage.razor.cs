using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>Neighbours of a patch, in two spaces. The address holds the view: every choice is a navigation, and the page follows the address.</summary>
public sealed partial class NeighboursPage
{
    private NeighbourCatalog? _catalog;
    private NeighbourAddress _view = new();
    private PatchIndex? _index;
    private Dataset? _dataset;
    private ImageItem? _image;
    private PatchCells? _cells;
    private Box? _box;
    private PatchIndex? _besideIndex;
    private GallerySearch? _first, _second;
    private DemoFindings? _story;
    private bool _picking;
    private OwnImage? _own;
    private Box? _ownBox;
    private string? _ownHint = "It stays in this browser but for the search; its view is not part of the address.";
    private int _opacity = NeighbourAddress.DefaultOpacity;
    private CancellationTokenSource? _searching;

    [Inject] private IDialogService Dialogs { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        Every(TimeSpan.FromSeconds(2), () => _catalog?.Indexes.Any(i => !Settled(i)) == true ? StartAsync() : Task.CompletedTask);
        await StartAsync();
    }

    private static bool Settled(PatchIndex index) => index.State is ResourceState.Ready or ResourceState.Failed;

    /// <summary>Reads the indexes, and follows the address anew where that may show something else: at first, and when one became ready.</summary>
    private async Task StartAsync()
    {
        var known = _catalog?.Ready.Select(i => i.Id).ToList();
        var shown = known is not null && Error is null && _box is not null && _index is { State: ResourceState.Ready };
        await LoadAsync(async token =>
        {
            var indexes = Api.ListIndexesAsync(new ListQuery(500), token);
            var models = await Api.ListModelsAsync(new ListQuery(500), token);
            _catalog = new NeighbourCatalog((await indexes).Items, models.Items);
        });
        if (_catalog is null) return;
        if (!shown || !known!.SequenceEqual(_catalog.Ready.Select(i => i.Id))) await FollowAsync();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var address = Navigation.ToAbsoluteUri(e.Location);
        if (!address.AbsolutePath.EndsWith("/neighbours", StringComparison.Ordinal)) return;
        if (NeighbourAddress.Parse(address.Query) != _view) _ = InvokeAsync(FollowAsync);
    }

    /// <summary>Shows what the address asks for; what it leaves open is filled in, and written back so that it can be shared.</summary>
    private async Task FollowAsync()
    {
        var query = Navigation.ToAbsoluteUri(Navigation.Uri).Query;
        _view = NeighbourAddress.Parse(query);
        var told = new AddressQuery(query).Text("from") == "demo";
        if (told) await TellAsync();
        _index = _view.Index is null ? _catalog!.Default : _catalog!.Find(_view.Index);
        if (_index is { Untrained: true } && _catalog!.After(_index) is { } after) (_index, _view) = (after, _view with { Before = true, Beside = AfterOf(_view.Beside) });
        _opacity = _view.Opacity;
        StateHasChanged();
        if (_index is not { State: ResourceState.Ready } index) return;

        var asked = _view;
        var shown = await LoadAsync(async token =>
        {
            if (_dataset?.Id != index.DatasetId) _dataset = await Api.GetDatasetAsync(index.DatasetId, token);
            if (asked.Image is null) _image = (await Api.ListImagesAsync(index.DatasetId, new ListQuery(1), token)).Items.FirstOrDefault();
            else if (_image?.Id != asked.Image) _image = await Api.GetImageAsync(asked.Image, token);
        });
        if (!shown || _image is null || asked != _view) return;

        _besideIndex = _catalog.Beside(index, _view.Beside);
        (_first, _second) = (Gallery(_first, Seen(index)), Gallery(_second, Seen(_besideIndex)));
        Aim();
        _view = _view with { Index = index.Id, Image = _image.Id, Patch = _view.Box is null ? _view.Patch ?? _cells!.Middle : null };
        if (told || NeighbourAddress.Parse(query) != _view) Navigation.NavigateTo("neighbours" + _view.ToQuery(), new NavigationOptions { ReplaceHistoryEntry = true });
        await SearchAsync();
    }

    private static GallerySearch? Gallery(GallerySearch? now, PatchIndex? index) =>
        index is null ? null : now?.Index == index ? now : new GallerySearch(index);

    private string? AfterOf(string? beside) => _catalog!.Find(beside) is { Untrained: true } index ? _catalog.After(index)?.Id : beside;

    /// <summary>To a person who comes from the demo: what was learned, and a patch that shows it. The address forgets where they came from, so it is told once.</summary>
    private async Task TellAsync()
    {
        DemoStatus? demo = null;
        if (!await LoadAsync(async token => demo = await Api.GetDemoAsync(token)) || demo?.Findings is not { } story) return;
        _story = story;
        if (_view.Image is null) _view = _view with { Image = story.ImageId, Patch = story.Patch, Box = null };
    }

    /// <summary>Places the grid and the chosen box on the picture that is shown.</summary>
    private void Aim()
    {
        _cells = PatchCells.Of(_index!.Patches, _catalog!.Scale(_index), PictureWidth, PictureHeight);
        _box = _own is not null ? _ownBox ?? _cells.Boxes[_cells.Middle]
            : _view.Box is { } free ? BoxGeometry.Clamp(free, PictureWidth, PictureHeight)
            : _cells.Boxes[Math.Clamp(_view.Patch ?? _cells.Middle, 0, _cells.Boxes.Count - 1)];
    }

    private async Task SearchAsync()
    {
        if (_searching is not null) await _searching.CancelAsync();
        _searching = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        var token = _searching.Token;
        var query = new GalleryQuery(_own is null ? _image?.Id : null, _own, _box!);
        List<Task> searches = [.. Galleries.Select(gallery => gallery.RunAsync(Api, query, _view, gallery == Mapped, StateHasChanged, token))];
        StateHasChanged(); // the galleries are busy now, and say so
        await Task.WhenAll(searches);
    }

    private void Go(NeighbourAddress view) => Navigation.NavigateTo("neighbours" + view.ToQuery());

    /// <summary>How the map is drawn is no step that the back button should go through.</summary>
    private void Draw(NeighbourAddress view) => Navigation.NavigateTo("neighbours" + view.ToQuery(), new NavigationOptions { ReplaceHistoryEntry = view.Map == _view.Map });

    private Task OnCell(int cell) => _own is null ? GoTo(_view with { Patch = cell, Box = null }) : AimOwnAsync(_cells!.Boxes[cell]);

    private Task OnBox(Box box) => _own is null ? GoTo(_view with { Patch = null, Box = box }) : AimOwnAsync(box);

    private Task AimOwnAsync(Box box)
    {
        _ownBox = box;
        Aim();
        return SearchAsync();
    }

    private Task OnImage(ImageItem image) => GoTo(_view with { Image = image.Id, Patch = null, Box = null, Trail = null });

    /// <summary>Leaves an image of one's own, if there is one, for a view that has an address.</summary>
    private async Task GoTo(NeighbourAddress view)
    {
        var left = _own;
        (_own, _ownBox) = (null, null);
        if (view != _view) Go(view);
        else if (left is not null) await FollowAsync();
    }

    private Task Pivot(Neighbour hit) => Pivot(hit.ImageId, hit.Box, hit.ImageWidth, hit.ImageHeight);

    private Task Pivot(string imageId, Box box, int width, int height)
    {
        var trail = _own is null && _image is not null ? _view.Path.Append(new TrailStep(_image.Id, _box!)) : Trail.Empty;
        return GoTo(Placed(imageId, box, width, height) with { Trail = trail });
    }

    private void Compare(string? imageId) => Go(_view with { Compare = imageId });

    private async Task ChooseComparedAsync()
    {
        var parameters = new DialogParameters<CompareDialog> { { d => d.DatasetId, _dataset?.Id }, { d => d.Selected, _view.Compare } };
        var dialog = await Dialogs.ShowAsync<CompareDialog>("Compare with", parameters);
        if (await dialog.Result is { Canceled: false, Data: string imageId }) Compare(imageId);
    }

    private Task BackTo(int step)
    {
        var place = _view.Path.Steps[step];
        return GoTo(Placed(place.ImageId, place.Box, PictureWidth, PictureHeight) with { Trail = _view.Path.Before(step) });
    }

    /// <summary>The view moved to a box of an image: as a grid cell where the box is one, so that the address stays short.</summary>
    private NeighbourAddress Placed(string imageId, Box box, int width, int height)
    {
        var cell = width > 0 ? PatchCells.Of(_index!.Patches, _catalog!.Scale(_index), width, height).Matching(box) : null;
        return _view with { Image = imageId, Patch = cell, Box = cell is null ? box : null };
    }

    private async Task OpenAsync(Neighbour hit)
    {
        var parameters = new DialogParameters<PatchDialog> { { d => d.Item, hit } };
        var dialog = await Dialogs.ShowAsync<PatchDialog>(hit.ImageName, parameters);
        if (await dialog.Result is not { Canceled: false, Data: PatchDialog.PatchChoice choice }) return;
        if (choice == PatchDialog.PatchChoice.Compare) Compare(hit.ImageId);
        else await Pivot(hit);
    }

    private async Task OnOwnAsync(IReadOnlyList<IBrowserFile> files)
    {
        if (files.Count == 0) return;
        try
        {
            _own = await OwnImage.ReadAsync(files[0], Js, Leaving);
            _ownHint = null;
        }
        catch (Exception e) when (e is IOException or JSException)
        {
            _ownHint = e is IOException ? $"{files[0].Name} is larger than {State.Units.Bytes(OwnImage.MaxBytes)}." : $"{files[0].Name} is not an image that this browser can show.";
            return;
        }
        _ownBox = null;
        Aim();
        await SearchAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _searching?.Dispose();
    }
}
