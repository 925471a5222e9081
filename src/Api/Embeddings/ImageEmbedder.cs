using System.Globalization;
using PatchSsl.Api.Decoding;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Embeddings;

/// <summary>An uploaded image embedded: a vector a box, or why not.</summary>
/// <param name="Vectors">Row-major, a row a box.</param>
public sealed record EmbeddedUpload(int Index, string Name, IReadOnlyList<PatchBox> Boxes, float[] Vectors, EmbeddingError? Error)
{
    /// <summary>Of the upright image, in pixels; 0 where it cannot be used.</summary>
    public int Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; init; }
}

/// <summary>Decodes and embeds uploaded images, each by itself, so that one that cannot be used never fails the others.</summary>
public sealed class ImageEmbedder(DecoderPool decoders, EmbeddingDesk embeddings)
{
    private const string BoxOutside = "box_outside_image";

    /// <param name="boxes">Boxes of each image; null: the grid.</param>
    public async Task<EmbeddedUpload[]> EmbedAsync(
        EmbeddingModel model, VectorSpace space, PatchGrid? grid, IReadOnlyList<IReadOnlyList<PatchBox>>? boxes, IReadOnlyList<UploadedFile> files,
        CancellationToken cancellationToken)
    {
        var patches = boxes?.Sum(b => b.Count) ?? files.Count * grid!.PatchesPerImage;
        using var admission = embeddings.Admit(patches);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Each image gives its pixels back as soon as it is embedded; while one is computed, the next is decoded.
        var tasks = files.Select((file, i) => OneAsync(model, space, boxes?[i] ?? [], boxes is null ? [grid!] : [], i, file, stop)).ToList();
        return await Task.WhenAll(tasks);
    }

    /// <summary>One image as a query: the vector of a box, or of the whole image without one; and behind it those of a grid, where one is asked for.</summary>
    /// <exception cref="ProblemException">The image cannot be used (413, 415, 422), or the box does not lie in it (422, naming <c>box</c>).</exception>
    public async Task<EmbeddedUpload> EmbedAsync(
        EmbeddingModel model, VectorSpace space, Box? box, PatchGrid? grid, UploadedFile file, CancellationToken cancellationToken)
    {
        using var admission = embeddings.Admit(1 + (grid?.PatchesPerImage ?? 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IReadOnlyList<PatchBox> own = box is null ? [] : [new PatchBox(box.X, box.Y, box.Width, box.Height)];
        List<PatchGrid> grids = [];
        if (box is null) grids.Add(PatchGrid.Whole);
        if (grid is not null) grids.Add(grid);
        var upload = await OneAsync(model, space, own, grids, 0, file, stop);
        return upload.Error switch
        {
            null => upload,
            { Type: $"urn:patchssl:{BoxOutside}" } error => throw Boxes.Refused(error.Detail, "box"),
            _ => throw NoneUsable([upload]),
        };
    }

    private async Task<EmbeddedUpload> OneAsync(
        EmbeddingModel model, VectorSpace space, IReadOnlyList<PatchBox> boxes, IReadOnlyList<PatchGrid> grids, int index, UploadedFile file,
        CancellationTokenSource stop)
    {
        try
        {
            using var image = await decoders.DecodeAsync(file.Content, null, stop.Token);
            if (boxes.Select(b => Boxes.Fault(b, image.Width, image.Height)).FirstOrDefault(f => f is not null) is { } outside)
                return Failed(index, file, BoxOutside, outside);
            List<PatchBox> cut =
            [
                .. boxes.Select(b => Boxes.Clamp(b, image.Width, image.Height)),
                .. grids.SelectMany(g => g.Boxes(image.Width, image.Height, model.Spec.PatchScale)),
            ];
            var sources = cut.Select(b => new PatchSource(image.Rgb, image.Width, image.Height, b)).ToList();
            return new EmbeddedUpload(index, file.Name, cut, await embeddings.VectorsAsync(model, space, sources, stop.Token), null)
            {
                Width = image.Width,
                Height = image.Height,
            };
        }
        catch (UploadRejectedException rejected)
        {
            return Failed(index, file, Word(rejected.Fault), rejected.Message);
        }
        catch
        {
            // What fails here fails for the whole request: the others need not go on.
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>The answer to a request of which no image could be used: 415 or 413 where all fail for that reason, else 422.</summary>
    public static ProblemException NoneUsable(IReadOnlyList<EmbeddedUpload> uploads)
    {
        var errors = uploads.Select(u => u.Error!).ToList();
        var types = errors.Select(e => e.Type).Distinct().ToList();
        var (status, title) = types switch
        {
            ["urn:patchssl:unsupported_image_format"] => (StatusCodes.Status415UnsupportedMediaType, "Not a format taken here"),
            ["urn:patchssl:image_too_large"] => (StatusCodes.Status413PayloadTooLarge, "Too large"),
            _ => (StatusCodes.Status422UnprocessableEntity, "Understood, but unusable"),
        };
        var type = types.Count == 1 ? types[0]["urn:patchssl:".Length..] : "no_usable_image";
        var detail = errors.Count == 1
            ? errors[0].Detail
            : string.Create(CultureInfo.InvariantCulture, $"None of the {errors.Count} images can be used; the first: {errors[0].Detail}");
        return new ProblemException(Problems.Of(status, type, title, detail, ("images", errors)));
    }

    private static EmbeddedUpload Failed(int index, UploadedFile file, string type, string detail) =>
        new(index, file.Name, [], [], new EmbeddingError(index, file.Name, $"urn:patchssl:{type}", detail));

    private static string Word(ImageFault fault) => fault switch
    {
        ImageFault.Unsupported => "unsupported_image_format",
        ImageFault.TooLarge => "image_too_large",
        _ => "image_corrupt",
    };
}
