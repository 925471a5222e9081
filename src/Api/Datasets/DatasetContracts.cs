using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Datasets;

/// <summary>Datasets as the API shows them, with the progress of their import.</summary>
public static class DatasetContracts
{
    public static async Task<Dataset> ToContractAsync(PatchSslContext db, DatasetRow row, CancellationToken cancellationToken) =>
        (await ToContractsAsync(db, [row], cancellationToken))[0];

    public static async Task<IReadOnlyList<Dataset>> ToContractsAsync(PatchSslContext db, IReadOnlyList<DatasetRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Where(r => r.State != ResourceState.Ready).Select(r => r.JobId).ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        return [.. rows.Select(r => new Dataset(
            r.Id, r.Name, r.State, r.ImageCount, r.Skipped, r.Classes, r.Splits, r.StorageSize, r.Bytes, r.Source, r.Error, r.JobId,
            jobs.GetValueOrDefault(r.JobId ?? "").ToProgress(), r.CreatedAt))];
    }
}
