using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>What building means for an index's row and file.</summary>
public sealed class IndexJobs(DataDirectory data) : IJobHandler
{
    public JobKind Kind => JobKind.Index;

    public async Task PrepareAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var id = await db.Indexes.Where(i => i.Id == job.ResourceId).Select(i => i.Id).FirstAsync(cancellationToken);
        foreach (var left in Directory.EnumerateFiles(data.Indexes, id + "*")) File.Delete(left);
    }

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Indexes.Include(i => i.Dataset).Include(i => i.Model).FirstAsync(i => i.Id == job.ResourceId, cancellationToken);
        return new IndexSpec(
            data.Dataset(row.DatasetId), ModelInputs.Path(data, row.Model!), ModelInputs.Space(row.Vectors), ModelInputs.Grid(row.Patches), data.Index(row.Id),
            ModelInputs.Storage(row.Storage), row.Untrained);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Indexes.FirstAsync(i => i.Id == job.ResourceId, cancellationToken);
        var made = result.Deserialize<IndexResult>(WorkerEvent.Json)!;
        (row.PatchCount, row.Dim, row.Bytes) = (made.PatchCount, made.Dim, made.Bytes);
        (row.RecallAt10, row.AverageCosine) = (made.RecallAt10, made.AverageCosine);
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Indexes.FirstAsync(i => i.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }
}

/// <summary>What jobs that use a model tell the worker about it.</summary>
public static class ModelInputs
{
    /// <exception cref="JobFailedException">The file is gone.</exception>
    public static string Path(DataDirectory data, ModelRow model)
    {
        var path = data.File(model);
        return File.Exists(path) ? path : throw new JobFailedException($"The file of model '{model.Id}' is gone.");
    }

    public static VectorSpace Space(VectorKind kind) => kind switch
    {
        VectorKind.Hidden => VectorSpace.Hidden,
        VectorKind.Projection => VectorSpace.Projection,
        _ => VectorSpace.Embedding,
    };

    /// <summary>A space as the API names it.</summary>
    public static VectorKind ToContract(this VectorSpace space) => space switch
    {
        VectorSpace.Hidden => VectorKind.Hidden,
        VectorSpace.Projection => VectorKind.Projection,
        _ => VectorKind.Embedding,
    };

    public static IndexStorage Storage(VectorStorage storage) => storage switch
    {
        VectorStorage.Int8 => IndexStorage.Int8,
        _ => IndexStorage.F16,
    };

    public static PatchGrid Grid(string text) => PatchGrid.TryParse(text, out var grid) ? grid : throw new JobFailedException($"'{text}' is no patch grid.");
}
