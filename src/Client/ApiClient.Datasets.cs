using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    public Task<Page<Dataset>> ListDatasetsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<Dataset>(ApiRoutes.Datasets, query, cancellationToken);

    public Task<Dataset> GetDatasetAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Dataset>(ApiRoutes.Dataset(id), cancellationToken);

    /// <summary>Starts the import of a folder or of generated images.</summary>
    public Task<Dataset> CreateDatasetAsync(CreateDataset body, CancellationToken cancellationToken = default) =>
        CreateAsync<CreateDataset, Dataset>(ApiRoutes.Datasets, body, cancellationToken);

    /// <summary>Sends a zip of images or a CIFAR binary archive and starts its import.</summary>
    /// <param name="storageSize">Longest stored side in pixels; null for the server's default.</param>
    /// <param name="sent">Told how many bytes have left, often enough for a progress bar.</param>
    public Task<Dataset> UploadDatasetAsync(
        string name, UploadFile file, int? storageSize = null, IProgress<long>? sent = null, CancellationToken cancellationToken = default)
    {
        // The name travels first: the server reads parts in order and refuses a bad one before the file arrives.
        var form = new MultipartFormDataContent { { new StringContent(name), "name" } };
        if (storageSize is { } size) form.Add(new StringContent(size.ToString(CultureInfo.InvariantCulture)), "storageSize");
        form.Add(new ProgressContent(file, sent), "file", file.Name);
        return SendAsync<Dataset>(new HttpRequestMessage(HttpMethod.Post, ApiRoutes.DatasetUpload) { Content = form }, cancellationToken);
    }

    public Task<Dataset> RenameDatasetAsync(string id, string name, CancellationToken cancellationToken = default) =>
        SendAsync<Dataset>(Request(HttpMethod.Patch, ApiRoutes.Dataset(id), new UpdateDataset(name)), cancellationToken);

    /// <summary>Deletes a dataset; refused with 409 while runs or indexes use it.</summary>
    public Task DeleteDatasetAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Dataset(id)), cancellationToken);

    public Task<Page<ImageItem>> ListImagesAsync(string datasetId, ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<ImageItem>(ApiRoutes.DatasetImages(datasetId), query, cancellationToken);

    public Task<Page<SkippedFile>> ListSkippedAsync(string datasetId, ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<SkippedFile>(ApiRoutes.DatasetSkipped(datasetId), query, cancellationToken);

    public Task<ImageItem> GetImageAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<ImageItem>(ApiRoutes.Image(id), cancellationToken);
}
