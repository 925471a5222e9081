using PatchSsl.Client;
using PatchSsl.Client.Contracts;
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

    /// <summary>The map of the chosen space, as long as it belongs to the picture that is shown.</summary>
    private SimilarityMap? ShownMap
    {
        get
        {
            var map = _view.Map switch { MapKind.First => _first?.Map, MapKind.Beside => (_second ?? _first)?.Map, _ => null };
            return _own is null && map?.ImageId == _image?.Id ? map : null;
        }
    }

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
