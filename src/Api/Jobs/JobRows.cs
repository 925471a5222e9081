using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;

namespace PatchSsl.Api.Jobs;

/// <summary>Rows that a job makes something of.</summary>
public static class JobRows
{
    /// <summary>Deletes a row with its jobs and their log.</summary>
    public static async Task DeleteWithJobAsync<T>(this PatchSslContext db, IQueryable<T> row, string id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Log.Where(l => l.ResourceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Jobs.Where(j => j.ResourceId == id).ExecuteDeleteAsync(cancellationToken);
        await row.ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
