using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images.Scenes;

namespace PatchSsl.Api.Datasets;

/// <summary>Makes and removes datasets.</summary>
public sealed class DatasetService(DataDirectory data, DataOptions options, JobService jobs, ImageStores stores, TimeProvider time)
{
    private const int DefaultStorageSize = 256;

    /// <summary>Everything that is wrong with a request, by field; and its source with folders resolved and defaults filled in.</summary>
    public Dictionary<string, string[]> Validate(CreateDataset body, out DatasetSource source)
    {
        var errors = new Dictionary<string, string[]>();
        if (NameError(body.Name) is { } name) errors["name"] = [name];
        if (StorageError(body.StorageSize) is { } storage) errors["storageSize"] = [storage];
        source = body.Source;
        switch (source.Kind)
        {
            case SourceKind.Folder:
                if (source.Path is { } path && ImportFolder.Resolve(path, options.ImportRoots) is { } real) source = source with { Path = real };
                else errors["source.path"] = [options.ImportRoots.Length == 0
                    ? "No folder may be imported: Data:ImportRoots is empty. Upload an archive instead."
                    : $"'{Problems.Shown(source.Path ?? "")}' is no folder below one of Data:ImportRoots."];
                break;
            case SourceKind.Generated:
                source = source with { Images = source.Images ?? 1_000, Size = source.Size ?? 64, Seed = source.Seed ?? 0, Scenes = source.Scenes ?? GeneratedScenes.Mixtures, Path = null };
                if (source.Images is < 10 or > 1_000_000) errors["source.images"] = [$"images is {source.Images}; allowed is 10 to 1,000,000."];
                if (source.Size is < 16 or > 1_024) errors["source.size"] = [$"size is {source.Size}; allowed is 16 to 1,024."];
                break;
            default:
                errors["source.kind"] = ["An archive is sent to /api/v1/datasets/upload."];
                break;
        }
        return errors;
    }

    /// <summary>The generator's name for what a generated dataset shows.</summary>
    public static SceneSet Scenes(DatasetSource source) => source.Scenes == GeneratedScenes.Kinds ? SceneSet.Kinds : SceneSet.Mixtures;

    public static string? NameError(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > 200 ? $"name has {name.Trim().Length} characters; allowed is 1 to 200." : null;

    public static string? StorageError(int? size) => size is < 16 or > 2_048 ? $"storageSize is {size}; allowed is 16 to 2,048." : null;

    /// <summary>Queues an import; row and job are committed together.</summary>
    /// <param name="stagedFile">For an upload: its name in <c>staging</c>.</param>
    public async Task<DatasetRow> CreateAsync(
        PatchSslContext db, string name, DatasetSource source, int? storageSize, string? stagedFile, CancellationToken cancellationToken)
    {
        var row = new DatasetRow
        {
            Id = Ids.Dataset(),
            Name = name.Trim(),
            Source = source,
            StagedFile = stagedFile,
            StorageSize = storageSize ?? DefaultStorageSize,
            CreatedAt = time.GetUtcNow(),
        };
        db.Datasets.Add(row);
        row.JobId = (await jobs.EnqueueAsync(db, JobKind.Import, row.Id, cancellationToken)).Id;
        await jobs.SaveAsync(db, cancellationToken);
        return row;
    }

    /// <summary>The row first: files without a row are swept at the next start, a row without files would be a lie.</summary>
    public async Task DeleteAsync(PatchSslContext db, DatasetRow row, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await db.Log.Where(l => l.ResourceId == row.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Jobs.Where(j => j.ResourceId == row.Id).ExecuteDeleteAsync(cancellationToken);
            db.Datasets.Remove(row);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        if (row.StagedFile is { } staged) File.Delete(data.Staged(staged));
        stores.Drop(row.Id);
        if (Directory.Exists(data.Dataset(row.Id))) Directory.Delete(data.Dataset(row.Id), recursive: true);
    }
}
