using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Models;

/// <summary>What building an index and evaluating ask for alike.</summary>
public static class Prerequisites
{
    /// <exception cref="ProblemException">404: unknown. 409: not ready.</exception>
    public static async Task<DatasetRow> FindReady(this IQueryable<DatasetRow> datasets, string id, CancellationToken cancellationToken)
    {
        var row = await datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("dataset", id));
        return row.State == ResourceState.Ready ? row : throw new ProblemException(Problems.Conflict($"Dataset '{id}' is not ready."));
    }

    /// <summary>Deletes a row with its jobs and their log.</summary>
    public static async Task DeleteWithJob<T>(this PatchSslContext db, IQueryable<T> row, string id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Log.Where(l => l.ResourceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Jobs.Where(j => j.ResourceId == id).ExecuteDeleteAsync(cancellationToken);
        await row.ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Documents what a request that makes a resource and a job can be answered with.</summary>
    public static RouteHandlerBuilder Creates(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status507InsufficientStorage);
}
