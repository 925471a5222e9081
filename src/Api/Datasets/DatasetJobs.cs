using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Api.Datasets;

/// <summary>What importing means for a dataset's row and files.</summary>
public sealed class DatasetJobs(DataDirectory data, LimitsOptions limits) : IJobHandler
{
    public JobKind Kind => JobKind.Import;

    public async Task PrepareAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var id = await db.Datasets.Where(d => d.Id == job.ResourceId).Select(d => d.Id).FirstAsync(cancellationToken);
        // An import starts over: what a killed one left under the final or a temporary name goes.
        foreach (var left in Directory.EnumerateDirectories(data.Datasets, id + "*")) Directory.Delete(left, recursive: true);
    }

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Datasets.FirstAsync(d => d.Id == job.ResourceId, cancellationToken);
        var generated = row.Source.Kind == SourceKind.Generated
            ? new GeneratedSpec(row.Source.Images!.Value, row.Source.Size!.Value, row.Source.Seed!.Value, DatasetService.Scenes(row.Source))
            : null;
        var path = row.Source.Kind switch
        {
            SourceKind.Folder => row.Source.Path,
            SourceKind.Upload => row.StagedFile is { } staged && File.Exists(data.Staged(staged))
                ? data.Staged(staged)
                : throw new JobFailedException("The uploaded file is no longer there; upload it again."),
            _ => null,
        };
        return new ImportSpec(row.Source.Kind.ToString().ToLowerInvariant(), path, data.Dataset(row.Id), row.StorageSize, generated, limits.Import);
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Datasets.FirstAsync(d => d.Id == job.ResourceId, cancellationToken);
        var made = result.Deserialize<ImportResult>(WorkerEvent.Json)!;
        (row.ImageCount, row.Skipped, row.Classes, row.Splits, row.Bytes) = (made.ImageCount, made.Skipped, made.Classes, made.Splits, made.Bytes);
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Datasets.FirstAsync(d => d.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }

    /// <summary>The upload has served its purpose once its import ended, well or not.</summary>
    public async Task EndedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Datasets.FirstAsync(d => d.Id == job.ResourceId, cancellationToken);
        if (row.StagedFile is not { } staged) return;
        row.StagedFile = null;
        await db.SaveChangesAsync(cancellationToken);
        File.Delete(data.Staged(staged));
    }
}
