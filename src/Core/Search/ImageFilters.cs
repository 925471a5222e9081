using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Search;

/// <summary>Takes the images that queries' filters turn away out of scores on a device.</summary>
/// <remarks>Filters are functions, so the host asks them, for the images of one chunk while the device works on those before.</remarks>
internal sealed class ImageFilters
{
    private readonly Device _device;
    private readonly Func<int, bool>[] _filters;
    private readonly Tensor? _ofQuery;

    /// <param name="order">Which query each row of the scores is of.</param>
    public ImageFilters(int[] order, SearchOptions[] options, Device device)
    {
        _device = device;
        // A filter that several queries share is asked once. Line 0 hides nothing, for queries without.
        _filters = [.. options.Select(o => o.Images).OfType<Func<int, bool>>().Distinct()];
        if (_filters.Length == 0) return;
        long[] lines = [.. order.Select(q => options[q].Images is { } filter ? Array.IndexOf(_filters, filter) + 1L : 0)];
        _ofQuery = ToDevice.To(device, tensor(lines));                                    // (M)
    }

    /// <summary>Sets the scores of rows whose image does not pass to -∞.</summary>
    /// <param name="scores">(M, n) of whole images.</param>
    /// <param name="patches">Rows of an image, p.</param>
    public void Hide(Tensor scores, long firstImage, int patches)
    {
        if (_ofQuery is null) return;
        var images = (int)(scores.shape[1] / patches);
        var hidden = new bool[(_filters.Length + 1) * images];
        Parallel.For(1, _filters.Length + 1, line =>
        {
            for (var i = 0; i < images; i++) hidden[line * images + i] = !_filters[line - 1]((int)(firstImage + i));
        });
        var mask = ToDevice.To(_device, tensor(hidden, [_filters.Length + 1, images])).index_select(0, _ofQuery);     // (M, n / p)
        scores.view(scores.shape[0], images, patches).masked_fill_(mask.unsqueeze(2), float.NegativeInfinity);
    }
}
