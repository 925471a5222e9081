using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>Finding datasets.</summary>
public static class DatasetRows
{
    /// <summary>A dataset that can be read.</summary>
    /// <exception cref="ProblemException">404: unknown. 409: not ready.</exception>
    public static async Task<DatasetRow> FindReadyAsync(this IQueryable<DatasetRow> datasets, string id, CancellationToken cancellationToken)
    {
        var row = await datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("dataset", id));
        return row.State == ResourceState.Ready ? row : throw new ProblemException(Problems.Conflict($"Dataset '{id}' is not ready."));
    }
}
