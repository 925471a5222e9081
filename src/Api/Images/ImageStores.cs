using PatchSsl.Api.Hosting;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Images;

/// <summary>The open image stores (memory maps) of datasets, shared by requests.</summary>
public sealed class ImageStores(DataDirectory data) : IDisposable
{
    private const int KeptOpen = 16;
    private readonly LeaseCache<ImageStore> _stores = new(KeptOpen);

    /// <exception cref="ProblemException">409: the dataset's files are damaged.</exception>
    public LeaseCache<ImageStore>.Lease Open(string datasetId)
    {
        try
        {
            return _stores.Acquire(datasetId, () => ImageStore.Open(data.Dataset(datasetId)));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ProblemException(Problems.Conflict($"The images of dataset '{datasetId}' cannot be read: its files are damaged or missing.", "dataset_corrupt"));
        }
    }

    /// <summary>Closes a dataset's files once nobody reads them: call it when the dataset goes.</summary>
    public void Drop(string datasetId) => _stores.Drop(datasetId);

    public void Dispose() => _stores.Dispose();
}
