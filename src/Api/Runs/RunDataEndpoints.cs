using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Runs;

/// <summary>What a run measured, logged and wrote; and the recipes runs are made of.</summary>
public static class RunDataEndpoints
{
    private const int DefaultPoints = 1_000, MostPoints = 10_000, LogPage = 1_000;

    public static void MapRunData(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id}/metrics", Metrics).WithName("getRunMetrics").WithSummary("Curves in buckets of {step, last, min, max}; raw=true gives every point as CSV")
            .Produces<RunMetrics>();
        runs.MapGet("/{id}/checkpoints", Checkpoints).WithName("listCheckpoints").WithSummary("Checkpoints of a run, newest first");
        runs.MapGet("/{id}/log", Log).WithName("getRunLog").WithSummary("Log lines after a sequence number");
    }

    public static void MapRecipes(this IEndpointRouteBuilder api) =>
        api.MapGet("/recipes", Recipes).WithTags("Runs").WithName("listRecipes")
            .WithSummary("The named recipes, every field with its range and default");

    public static void MapCheckpointContent(this IEndpointRouteBuilder api) =>
        api.MapGet("/checkpoints/{id}/content", Content).WithTags("Runs").WithName("downloadCheckpoint").WithSummary("A checkpoint as safetensors");

    public static Ok<Page<Client.Contracts.Recipe>> Recipes()
    {
        var recipes = RecipeCatalog.All
            .Select(r => new Client.Contracts.Recipe(r.Name, r.Summary, [.. RecipeCatalog.Fields(r.Recipe).Select(f => f.ToContract())])).ToList();
        return TypedResults.Ok(new Page<Client.Contracts.Recipe>(recipes, null, recipes.Count));
    }

    /// <param name="names">Metrics wanted, separated by commas; all by default.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Last step.</param>
    /// <param name="maxPoints">Buckets a curve, 1 to 10,000; 1,000 by default.</param>
    /// <param name="afterSeq">Only points after this number.</param>
    /// <param name="raw">Every point as CSV.</param>
    public static async Task<IResult> Metrics(
        string id, string? names, long? from, long? to, int? maxPoints, long? afterSeq, bool? raw, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (maxPoints is < 1 or > MostPoints) return Problems.BadRequest($"maxPoints is {maxPoints}; allowed is 1 to {MostPoints:N0}.");
        if (from > to) return Problems.BadRequest($"from is {from}, which is after to, {to}.");
        if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        var rows = db.Metrics.AsNoTracking().Where(m => m.RunId == id && m.Seq <= run.LastSeq);
        if (names is { Length: > 0 })
        {
            var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            rows = rows.Where(m => wanted.Contains(m.Name));
        }
        if (from is not null) rows = rows.Where(m => m.Step >= from);
        if (to is not null) rows = rows.Where(m => m.Step <= to);
        if (afterSeq is not null) rows = rows.Where(m => m.Seq > afterSeq);
        return raw is true
            ? MetricsCsv.Stream(rows.OrderBy(m => m.Seq).AsAsyncEnumerable(), $"{run.Id}-metrics.csv")
            : TypedResults.Ok(new RunMetrics(await MetricBuckets.ReadAsync(rows, maxPoints ?? DefaultPoints, cancellationToken), run.LastSeq));
    }

    public static async Task<Results<Ok<Page<Checkpoint>>, ProblemHttpResult>> Checkpoints(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (!await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)) return Problems.NotFound("run", id);
        var rows = await db.Checkpoints.AsNoTracking().Where(c => c.RunId == id).OrderByDescending(c => c.Step).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<Checkpoint>([.. rows.Select(c => c.ToContract())], null, rows.Count));
    }

    public static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> Content(
        string id, PatchSslContext db, DataDirectory data, CancellationToken cancellationToken)
    {
        if (await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } row) return Problems.NotFound("checkpoint", id);
        var path = data.Checkpoint(row.RunId, row.FileName);
        return File.Exists(path)
            ? TypedResults.PhysicalFile(path, "application/octet-stream", $"{row.RunId}-{row.FileName}", enableRangeProcessing: true)
            : Problems.NotFound("file of checkpoint", id);
    }

    public static async Task<Results<Ok<Page<LogLine>>, ProblemHttpResult>> Log(
        string id, long? after, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (!await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)) return Problems.NotFound("run", id);
        var rows = db.Log.AsNoTracking().Where(l => l.ResourceId == id);
        var total = await rows.CountAsync(cancellationToken);
        var lines = await rows.Where(l => l.Seq > (after ?? 0)).OrderBy(l => l.Seq).Take(LogPage)
            .Select(l => new LogLine(l.Seq, l.Time, l.Level, l.Text)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<LogLine>(lines, lines.Count == LogPage ? $"{lines[^1].Seq}" : null, total));
    }
}
