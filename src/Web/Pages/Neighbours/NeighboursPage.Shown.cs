using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>What the markup reads: all of it follows from the view and the newest answers.</summary>
public sealed partial class NeighboursPage
{
    private IEnumerable<GallerySearch> Galleries => new[] { _first, _second }.OfType<GallerySearch>();

    private string Picture => _own?.Source ?? ApiRoutes.ImageContent(_image!.Id);

    private string PictureName => _own?.Name ?? _image?.Name ?? "";

    private int PictureWidth => _own?.Width ?? _image?.Width ?? 1;

    private int PictureHeight => _own?.Height ?? _image?.Height ?? 1;

    private string? QueryClass => _own is null ? _image?.Class : null;

    private string BoxCaption => _box is null
        ? ""
        : $"{(QueryClass is null ? "" : QueryClass + " · ")}{_box.Width:0.#} × {_box.Height:0.#} px at {_box.X:0.#}, {_box.Y:0.#}";

    /// <summary>What the maps' colours span; both maps have one scale, so that they can be compared.</summary>
    private ScoreScale Scale => _view.Scale switch
    {
        MapScale.Signed => ScoreScale.Signed,
        MapScale.Unit => ScoreScale.Unit,
        _ => ScoreScale.Around(new[] { ShownMap, _view.Compare is null ? null : Mapped?.Compared.Value }.OfType<SimilarityMap>()
            .SelectMany(m => m.Cells).Select(c => c.Score)),
    };

    /// <summary>The index that a gallery of the view shows: the chosen one, or its counterpart before training where that is asked for and ready.</summary>
    private PatchIndex? Seen(PatchIndex? index) => index is null || !_view.Before || index.Untrained ? index
        : _catalog!.Before(index) is { State: ResourceState.Ready } before ? before : null;

    /// <summary>Chosen indexes whose counterpart before training is wanted.</summary>
    private IReadOnlyList<PatchIndex> Wanted => _view.Before ? [.. new[] { _index, _besideIndex }.OfType<PatchIndex>().Where(i => !i.Untrained)] : [];

    private IReadOnlyList<PatchIndex> MissingBefore => [.. Wanted.Where(i => _catalog!.Before(i) is null)];

    private IReadOnlyList<PatchIndex> BuildingBefore =>
        [.. Wanted.Select(_catalog!.Before).OfType<PatchIndex>().Where(i => i.State != ResourceState.Ready)];

    private QueryTile.QueryCrop? QueryCrop => _box is null ? null : new(Picture, PictureWidth, PictureHeight, _box, QueryClass);

    /// <summary>The gallery whose space the maps are of; the first also while its own map is off.</summary>
    private GallerySearch? Mapped => _view.Map == MapKind.Beside ? _second ?? _first : _first;

    private SimilarityMap? ShownMap => _view.Map == MapKind.Off ? null : Mapped?.Map.Value;

    private string Subtitle(GallerySearch gallery) =>
        $"{SpaceName.Symbol(gallery.Index.Vectors)} · {gallery.Index.Dim}{(gallery.Index.Untrained ? " · before training" : "")}{(_view.Order == NeighbourOrder.Farthest ? " · least similar first" : "")}";

    private IReadOnlySet<string> SharedOf(GallerySearch gallery)
    {
        if (_first is null || _second is null) return new HashSet<string>();
        var other = gallery == _first ? _second : _first;
        var places = other.Items.Select(GalleryFigures.Place).ToHashSet();
        return gallery.Items.Where(i => places.Contains(GalleryFigures.Place(i))).Select(i => i.PatchId).ToHashSet();
    }

    private static GalleryComparison.Side SideOf(GallerySearch gallery) => new(
        SpaceName.Long(gallery.Index.Vectors), SpaceName.Tone(gallery.Index.Vectors), GalleryFigures.Of(gallery.Items), gallery.Shares,
        gallery.Index.AverageCosine);
}
