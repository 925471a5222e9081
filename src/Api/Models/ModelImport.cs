using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Torch;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Models;

/// <summary>Takes in encoders trained elsewhere, and removes them.</summary>
/// <remarks>
/// An import takes a second or two, so it answers when it is done: 1. the file was staged and the fields checked; 2. its tensors are checked and
/// written as a checkpoint under the model's id, durable; 3. the row is committed. What a failure or kill leaves is swept at the next start.
/// </remarks>
public sealed class ModelImport(DataDirectory data, TorchLoader torch, ModelCatalog catalog, TimeProvider time) : IDisposable
{
    /// <summary>A wide ResNet takes gigabytes while it is checked.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Checks a staged file and keeps it as a model's; the row is still to be saved.</summary>
    /// <exception cref="ProblemException">422: no such encoder, every fault at once. 503: no libtorch. 507: no room.</exception>
    public async Task<ImportedModelRow> KeepAsync(StagedUpload upload, ModelForm form, CancellationToken cancellationToken)
    {
        // Half-precision weights double.
        data.Demand(2 * new FileInfo(upload.Path).Length);
        var id = Ids.ImportedModel();
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var made = await Task.Run(
                () =>
                {
                    torch.Start();
                    return EncoderImport.Run(upload.Path, upload.Sha256!, data.Imported(id), form.Input);
                },
                cancellationToken);
            return new ImportedModelRow { Id = id, Name = form.Name, Sha256 = made.File.Sha256, Bytes = made.File.Bytes, CreatedAt = time.GetUtcNow() };
        }
        catch (EncoderRejectedException e)
        {
            throw new ProblemException(Problems.Unprocessable(e.Message, "encoder_unusable", new Dictionary<string, string[]> { ["file"] = [.. e.Faults] }));
        }
        catch (TorchUnavailableException e)
        {
            throw new ProblemException(Problems.Unavailable(e.Message, "torch", 30));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Removes the file of a model that has no row, or has it no longer.</summary>
    public void Drop(string id)
    {
        catalog.Forget(id);
        File.Delete(data.Imported(id));
    }

    public void Dispose() => _oneAtATime.Dispose();
}
