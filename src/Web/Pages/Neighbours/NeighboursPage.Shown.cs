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

    private ScoreScale Scale => _view.Signed ? ScoreScale.Signed : ScoreScale.Unit;

    /// <summary>The gallery whose space the maps are of; the first also while its own map is off.</summary>
    private GallerySearch? Mapped => _view.Map == MapKind.Beside ? _second ?? _first : _first;

    private SimilarityMap? ShownMap => _view.Map == MapKind.Off ? null : Mapped?.Map.Value;

    private string Subtitle(GallerySearch gallery) =>
        $"{SpaceName.Symbol(gallery.Index.Vectors)} · {gallery.Index.Dim}{(_view.Order == NeighbourOrder.Farthest ? " · least similar first" : "")}";

    private IReadOnlySet<string> SharedOf(GallerySearch gallery)
    {
        if (_first is null || _second is null) return new HashSet<string>();
        var other = gallery == _first ? _second : _first;
        var places = other.Items.Select(GalleryFigures.Place).ToHashSet();
        return gallery.Items.Where(i => places.Contains(GalleryFigures.Place(i))).Select(i => i.PatchId).ToHashSet();
    }

    private GalleryComparison.Side SideOf(GallerySearch gallery) => new(
        SpaceName.Long(gallery.Index.Vectors), SpaceName.Tone(gallery.Index.Vectors),
        GalleryFigures.Of(gallery.Items, QueryClass, _box!, PictureWidth, PictureHeight));
}
