using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Torch;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Status;

/// <summary>The server about itself.</summary>
public static class SystemEndpoints
{
    public static void MapSystem(this IEndpointRouteBuilder api) =>
        api.MapGet("/system", Get).WithTags("Server").WithName("getSystem").WithSummary("Versions, device, memory and queue of the server");

    public static async Task<Ok<SystemInfo>> Get(
        IDbContextFactory<PatchSslContext> databases, DataDirectory data, DataOptions options, TorchStatus torch, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var states = await db.Jobs.GroupBy(j => j.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        int Count(JobState state) => states.Where(s => s.Key == state).Sum(s => s.Count);
        using var process = Process.GetCurrentProcess();
        var versions = new SortedDictionary<string, string>(torch.Versions.ToDictionary())
        {
            [".NET"] = Environment.Version.ToString(),
            ["PatchSslWeb"] = typeof(SystemEndpoints).Assembly.GetName().Version!.ToString(3),
            ["SQLite"] = new SqliteConnection().ServerVersion,
            ["system"] = RuntimeInformation.OSDescription,
        };
        return TypedResults.Ok(new SystemInfo(
            torch.Summary, torch.Device, versions, process.WorkingSet64, data.FreeBytes, Environment.ProcessorCount,
            Count(JobState.Queued), Count(JobState.Running) + Count(JobState.Stopping), options.ImportRoots,
            new DateTimeOffset(process.StartTime.ToUniversalTime())));
    }
}
