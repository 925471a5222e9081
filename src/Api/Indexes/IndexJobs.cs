using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Indexing;
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
            data.Dataset(row.DatasetId), data.Present(row.Model!), row.Vectors.ToCore(), Grid(row.Patches), data.Index(row.Id), Storage(row.Storage),
            row.Untrained);
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

    private static IndexStorage Storage(VectorStorage storage) => storage switch
    {
        VectorStorage.Int8 => IndexStorage.Int8,
        _ => IndexStorage.F16,
    };

    private static PatchGrid Grid(string text) =>
        PatchGrid.TryParse(text, out var grid) ? grid : throw new JobFailedException($"'{text}' is no patch grid.");
}
