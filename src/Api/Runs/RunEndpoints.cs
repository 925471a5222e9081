using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Runs;

/// <summary>Routes of <c>/runs</c>: the run itself. What it measured and wrote is in <see cref="RunDataEndpoints"/>.</summary>
public static class RunEndpoints
{
    private static readonly Paging<RunRow> Lists = new(r => r.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (RunRow r) => r.CreatedAt,
        ["name"] = (RunRow r) => r.Name,
        ["recipe"] = (RunRow r) => r.RecipeName,
        ["dataset"] = (RunRow r) => r.Dataset!.Name,
        ["best"] = (RunRow r) => r.BestValue ?? -1e300,
        ["patches"] = (RunRow r) => r.PatchesProcessed ?? -1,
        ["seconds"] = (RunRow r) => r.SecondsWorked ?? -1,
        ["memory"] = (RunRow r) => r.PeakMemoryBytes ?? -1,
    });

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/runs").WithTags("Runs");
        group.MapGet("", List).WithName("listRuns").WithSummary("Runs, newest first; filter by name, state:, dataset:, recipe: or tag:");
        group.MapPost("", Create).WithIdempotency().WithName("createRun").WithSummary("Train an encoder on a dataset");
        group.MapGet("/{id}", Get).WithName("getRun").WithSummary("A run with its recipe in full");
        group.MapPatch("/{id}", Update).WithName("updateRun").WithSummary("Change name, note or tags; If-Match guards against overwriting");
        group.MapDelete("/{id}", Delete).WithName("deleteRun").WithSummary("Delete a run and its checkpoints");
        group.MapPost("/{id}/stop", Stop).WithName("stopRun").WithSummary("Ask a run to checkpoint and stop; asking twice is fine");
        group.MapPost("/{id}/resume", Resume).WithName("resumeRun").WithSummary("Go on from the newest checkpoint");
        group.MapPost("/{id}/clone", Clone).WithIdempotency().WithName("cloneRun").WithSummary("Queue a new run with the same dataset, recipe and seed");
        group.MapRunData();
        group.MapSpectrum();
        api.MapCheckpointContent();
    }

    public static async Task<Ok<Page<RunSummary>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var rows = db.Runs.AsNoTracking().Include(r => r.Dataset).AsQueryable();
        var filter = ListFilter.Parse(page.Filter, "state", "dataset", "recipe", "tag");
        foreach (var (field, value) in filter.Terms) rows = Where(rows, field, value);
        if (filter.Text is { } text) rows = rows.Where(r => EF.Functions.Like(r.Name, ListFilter.Pattern(text), "\\"));
        return TypedResults.Ok(await Lists.PageAsync(rows, page, found => RunContracts.ToSummariesAsync(db, found, cancellationToken), cancellationToken));
    }

    private static IQueryable<RunRow> Where(IQueryable<RunRow> rows, string field, string value)
    {
        if (field == "dataset") return rows.Where(r => r.DatasetId == value || r.Dataset!.Name == value);
        if (field == "recipe") return rows.Where(r => r.RecipeName == value);
        // Tags are a JSON list: the quoted word is looked for in its text.
        var quoted = JsonSerializer.Serialize(value, JsonColumn.Options);
        if (field == "tag") return rows.Where(r => ((string)(object)r.Tags).Contains(quoted));
        var state = ListFilter.Enum<JobState>(field, value);
        return rows.Where(r => r.State == state);
    }

    public static async Task<Results<Ok<RunDetail>, ProblemHttpResult>> Get(string id, HttpContext http, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (!await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)) return Problems.NotFound("run", id);
        var run = await RunContracts.ToDetailAsync(db, id, cancellationToken);
        http.Response.Headers.ETag = run.ETag;
        return TypedResults.Ok(run);
    }

    public static async Task<Results<Accepted<RunDetail>, ProblemHttpResult>> Create(
        CreateRun body, RunService runs, PatchSslContext db, CancellationToken cancellationToken) =>
        await RunService.RefusalAsync(db, body, cancellationToken) is { } refusal
            ? refusal
            : await AcceptAsync(db, (await runs.CreateAsync(db, body, cancellationToken)).Id, cancellationToken);

    public static async Task<Results<Ok<RunDetail>, ProblemHttpResult>> Update(
        string id, UpdateRun body, HttpContext http, PatchSslContext db, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        RunService.Check(errors, body.Name, body.Tags, body.Note);
        if (errors.Count > 0) return Problems.Invalid(errors);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Runs.FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        var match = http.Request.Headers.IfMatch;
        if (match.Count > 0 && !match.Contains("*") && !match.Contains(RunContracts.ETag(run)))
            return Problems.PreconditionFailed($"Run '{id}' was changed since; its ETag is {RunContracts.ETag(run)}.");
        run.Name = body.Name?.Trim() ?? run.Name;
        run.Note = body.Note ?? run.Note;
        run.Tags = body.Tags is null ? run.Tags : RunService.Tidy(body.Tags);
        run.Edition++;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        http.Response.Headers.ETag = RunContracts.ETag(run);
        return TypedResults.Ok(await RunContracts.ToDetailAsync(db, id, cancellationToken));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, RunService runs, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (await db.Runs.FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        if (!run.State.Ended()) return Problems.Conflict($"Run '{id}' is {Name(run.State)}; stop it first.");
        var uses = await db.OfRunAsync(id, cancellationToken);
        if (uses.Count > 0)
            return Problems.Conflict($"{uses.InWords()} were made with checkpoints of run '{id}'; delete them first.", "in_use");
        await runs.DeleteAsync(db, run, cancellationToken);
        return TypedResults.NoContent();
    }

    public static async Task<Results<Accepted<RunDetail>, ProblemHttpResult>> Stop(string id, JobQueue queue, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        await queue.StopAsync(run.JobId, cancellationToken);
        return await AcceptAsync(db, id, cancellationToken);
    }

    public static async Task<Results<Accepted<RunDetail>, ProblemHttpResult>> Resume(string id, RunService runs, PatchSslContext db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Runs.FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        if (run.State is not (JobState.Stopped or JobState.Failed or JobState.Interrupted))
            return Problems.Conflict($"Run '{id}' is {Name(run.State)}; a stopped, failed or interrupted one can be resumed.");
        await runs.ResumeAsync(db, run, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        runs.Wake();
        return await AcceptAsync(db, id, cancellationToken);
    }

    public static async Task<Results<Accepted<RunDetail>, ProblemHttpResult>> Clone(string id, RunService runs, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run) return Problems.NotFound("run", id);
        var overrides = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(run.OverridesJson, WorkerEvent.Json);
        var name = run.Name.Length > 190 ? run.Name : $"{run.Name} (copy)";
        return await Create(new CreateRun(name, run.DatasetId, run.RecipeName, overrides, run.Seed, run.Tags, run.Note), runs, db, cancellationToken);
    }

    private static async Task<Accepted<RunDetail>> AcceptAsync(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        var run = await RunContracts.ToDetailAsync(db, id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{run.JobId}", run);
    }

    private static string Name(JobState state) => state.ToString().ToLowerInvariant();
}
