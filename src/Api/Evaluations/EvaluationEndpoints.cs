using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Evaluations;

/// <summary>Evaluations of models on labelled datasets. They are made and deleted; nothing changes a finished one.</summary>
public static class EvaluationEndpoints
{
    private static readonly Paging<EvaluationRow> Pages = new(e => e.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (EvaluationRow e) => e.CreatedAt,
    });

    public static RouteGroupBuilder MapEvaluations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/evaluations").WithTags("Evaluations");
        group.MapGet("", List).WithName("listEvaluations")
            .WithSummary("Evaluations, newest first; filter by the dataset's name, dataset:ID, model:ID, run:ID, kind:sweep or state:ready")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("", Create).WithIdempotency().WithName("createEvaluation")
            .WithSummary("Evaluate a model by weighted kNN, a linear probe or the bag sweep, with baselines beside it").Creates();
        group.MapGet("/csv", ListCsv).WithName("exportEvaluations").WithSummary("The finished evaluations of the list as CSV, a row a score; the same filter")
            .Produces(StatusCodes.Status200OK, contentType: Csv.MediaType).ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{id}", Get).WithName("getEvaluation").WithSummary("An evaluation's accuracies, protocol, baselines and cost")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id}/csv", GetCsv).WithName("exportEvaluation").WithSummary("A finished evaluation as CSV, a row a score")
            .Produces(StatusCodes.Status200OK, contentType: Csv.MediaType)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Delete).WithName("deleteEvaluation").WithSummary("Delete an evaluation")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    public static async Task<Ok<Page<Evaluation>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Pages.PageAsync(Fitting(db, page.Filter), page, found => db.ShowAsync(found, cancellationToken), cancellationToken));

    /// <param name="filter">As of the list.</param>
    public static PushStreamHttpResult ListCsv(string? filter, PatchSslContext db)
    {
        var rows = Fitting(db, filter).Where(e => e.State == ResourceState.Ready).OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id);
        return EvaluationCsv.Stream(rows.AsAsyncEnumerable(), "evaluations.csv");
    }

    public static async Task<Ok<Evaluation>> Get(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        return TypedResults.Ok((await db.ShowAsync([row], cancellationToken))[0]);
    }

    public static async Task<PushStreamHttpResult> GetCsv(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        if (row.State != ResourceState.Ready) throw new ProblemException(Problems.Conflict($"Evaluation '{id}' is {row.State.ToString().ToLowerInvariant()}, not ready."));
        return EvaluationCsv.Stream(new[] { row }.ToAsyncEnumerable(), $"{id}.csv");
    }

    public static async Task<Accepted<Evaluation>> Create(
        CreateEvaluation body, PatchSslContext db, EvaluationService evaluations, CancellationToken cancellationToken)
    {
        var row = await evaluations.CreateAsync(db, body, cancellationToken);
        var made = await FindAsync(db, row.Id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{row.JobId}", (await db.ShowAsync([made], cancellationToken))[0]);
    }

    public static async Task<NoContent> Delete(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        if (row.State is ResourceState.Queued or ResourceState.Building)
            throw new ProblemException(Problems.Conflict($"Evaluation '{id}' is under way: cancel job '{row.JobId}' first."));
        if (await db.ComparisonParts.AnyAsync(p => p.EvaluationId == id, cancellationToken))
            throw new ProblemException(Problems.Conflict($"Evaluation '{id}' belongs to a comparison; delete that first.", "in_use"));
        await db.DeleteWithJobAsync(db.Evaluations.Where(e => e.Id == id), id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<EvaluationRow> Fitting(PatchSslContext db, string? text)
    {
        var filter = ListFilter.Parse(text, [.. ModelResources.Fields, "kind"]);
        var rows = db.EvaluationRows().Fitting(filter);
        foreach (var (_, value) in filter.Terms.Where(t => t.Field == "kind"))
        {
            var kind = ListFilter.Enum<EvaluationKind>("kind", value);
            rows = rows.Where(e => e.Kind == kind);
        }
        return rows;
    }

    private static async Task<EvaluationRow> FindAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await db.EvaluationRows().FirstOrDefaultAsync(e => e.Id == id, cancellationToken) ?? throw new ProblemException(Problems.NotFound("evaluation", id));
}
