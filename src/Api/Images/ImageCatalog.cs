using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Images;

/// <summary>An image found, and its open store until disposed.</summary>
public sealed class FoundImage(string datasetId, int ordinal, LeaseCache<ImageStore>.Lease lease) : IDisposable
{
    public string Id => ImageIds.Of(datasetId, ordinal);
    public string DatasetId => datasetId;
    public int Ordinal => ordinal;
    public ImageStore Store => lease.File;
    public ImageInfo Info { get; } = lease.File.Info(ordinal);
    public ReadOnlySpan<byte> Pixels => lease.File.Pixels(ordinal);
    public string? Class => Info.ClassIndex < 0 ? null : Store.Classes[Info.ClassIndex];

    public ImageItem ToContract() => new(Id, datasetId, Info.Name, Class, Info.Split, Info.Width, Info.Height);

    /// <summary>The box as patches are cut, checked against the image; the whole image when there is none.</summary>
    /// <param name="field">What the caller named the box; null where it came in parts.</param>
    /// <exception cref="ProblemException">422: it lies outside the image.</exception>
    public PatchBox Box(Box? box, string? field = null) =>
        box is null ? new PatchBox(0, 0, Info.Width, Info.Height) : Boxes.Check(box, Info.Width, Info.Height, field);

    public void Dispose() => lease.Dispose();
}

/// <summary>Finds images by their ids.</summary>
public sealed class ImageCatalog(PatchSslContext db, ImageStores stores)
{
    /// <exception cref="ProblemException">404: there is no such image. 409: its dataset is not ready.</exception>
    public async Task<FoundImage> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!ImageIds.TryParse(id, out var datasetId, out var number)) throw NotFound(id);
        var dataset = await db.Datasets.AsNoTracking().Where(d => d.Id == datasetId).Select(d => new { d.State, d.ImageCount }).FirstOrDefaultAsync(cancellationToken);
        if (dataset is null) throw NotFound(id);
        if (dataset.State != ResourceState.Ready) throw new ProblemException(Problems.Conflict($"Dataset '{datasetId}' is not ready."));
        if (number >= dataset.ImageCount) throw NotFound(id);
        var lease = stores.Open(datasetId);
        try
        {
            return number < lease.File.Count ? new FoundImage(datasetId, (int)number, lease) : throw NotFound(id);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static ProblemException NotFound(string id) => new(Problems.NotFound("image", id));
}
