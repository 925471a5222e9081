using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

public sealed partial class ApiClient
{
    public Task<Page<Model>> ListModelsAsync(ListQuery? query = null, CancellationToken cancellationToken = default) =>
        ListAsync<Model>(ApiRoutes.Models, query, cancellationToken);

    /// <param name="id">Id of a model, or of a run for its newest checkpoint.</param>
    public Task<Model> GetModelAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<Model>(ApiRoutes.Model(id), cancellationToken);

    /// <summary>Imports an encoder: a torchvision-named ResNet-18, 34 or 50 as safetensors, or a checkpoint of this program.</summary>
    /// <param name="input">How it is fed; null for the usual of its stem.</param>
    /// <param name="sent">Told how many bytes have left.</param>
    /// <exception cref="ApiException">422 with every tensor that is wrong in <see cref="Problem.Errors"/> under <c>file</c>.</exception>
    public Task<Model> ImportModelAsync(
        string name, UploadFile file, ModelInput? input = null, IProgress<long>? sent = null, CancellationToken cancellationToken = default)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in Fields(name, input)) form.Add(new StringContent(value), field);
        form.Add(new ProgressContent(file, sent), "file", file.Name);
        return SendAsync<Model>(new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Models) { Content = form }, cancellationToken);
    }

    /// <summary>The fields of an import beside its file, as the form carries them.</summary>
    public static IReadOnlyDictionary<string, string> Fields(string name, ModelInput? input)
    {
        var fields = new Dictionary<string, string> { ["name"] = name };
        if (input?.InputSize is { } size) fields["inputSize"] = ApiRoutes.Whole(size)!;
        if (input?.PatchScale is { } scale) fields["patchScale"] = ApiRoutes.Number(scale);
        if (input?.Mean is { } mean) fields["mean"] = string.Join(',', mean.Select(ApiRoutes.Number));
        if (input?.Deviation is { } deviation) fields["deviation"] = string.Join(',', deviation.Select(ApiRoutes.Number));
        return fields;
    }

    public Task<Model> RenameModelAsync(string id, string name, CancellationToken cancellationToken = default) =>
        SendAsync<Model>(Request(HttpMethod.Patch, ApiRoutes.Model(id), new UpdateModel(name)), cancellationToken);

    /// <summary>Deletes an imported encoder; refused with 409 while an index or evaluation uses it, and for a checkpoint.</summary>
    public Task DeleteModelAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, ApiRoutes.Model(id)), cancellationToken);
}
