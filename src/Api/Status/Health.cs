using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Access;
using PatchSsl.Api.Database;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Torch;

namespace PatchSsl.Api.Status;

/// <summary>Alive: the process answers. Ready: it can do its work.</summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/health").WithTags("Server").AllowWithoutKey();
        group.MapGet("/live", () => TypedResults.Ok(new HealthReport("alive"))).WithName("live").WithSummary("The process answers");
        group.MapGet("/ready", ReadyAsync).WithName("ready").WithSummary("Database, disk and libtorch are in order");
    }

    public static async Task<Results<Ok<HealthReport>, ProblemHttpResult>> ReadyAsync(
        IDbContextFactory<PatchSslContext> databases, DataDirectory data, DataOptions options, TorchStatus torch, EmbeddingQueue embeddings,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Problems.Unavailable("The server is shutting down.", "stopping");
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.Jobs.AnyAsync(cancellationToken);
        }
        catch (SqliteException e)
        {
            return Problems.Unavailable($"The database cannot be read (code {e.SqliteErrorCode}).", "database");
        }
        if (data.FreeBytes < options.ReserveBytes)
            return Problems.Unavailable($"{data.FreeBytes:N0} bytes are free on the data directory's disk; {options.ReserveBytes:N0} are kept in reserve.", "disk", 30);
        if (!embeddings.Healthy) return Problems.Unavailable("Embedding failed several times in a row.", "embedding", 30);
        // A probe still at work is no fault: nothing that is asked for needs its answer.
        return torch.Works is false ? Problems.Unavailable(torch.Summary, "torch", 30) : TypedResults.Ok(new HealthReport("ready"));
    }
}

/// <param name="Status">alive or ready.</param>
public sealed record HealthReport(string Status);
