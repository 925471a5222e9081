using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Explanations;

/// <summary>Stored reports on what models learned. They are made and deleted; nothing changes a finished one.</summary>
public static class ExplanationEndpoints
{
    private static readonly Paging<ExplanationRow> Pages = new(x => x.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (ExplanationRow x) => x.CreatedAt,
    });

    public static RouteGroupBuilder MapExplanations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/explanations").WithTags("Explanations");
        group.MapGet("", List).WithName("listExplanations")
            .WithSummary("Reports without their figures, newest first; filter by the dataset's name, dataset:ID, model:ID, run:ID, kind:spectrum or state:ready")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("", Create).WithIdempotency().WithName("createExplanation").WithSummary("Measure what a model learned, on a dataset")
            .WithDescription("Everything that is drawn follows from the seed. Where a report of the same model file, images, options and seed exists or is under way, it is the answer: 200 where it is ready.")
            .Produces<Explanation>().Creates();
        group.MapGet("/{id}", Get).WithName("getExplanation").WithSummary("A report: what was asked, how to read it, and its figures").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id}/csv", GetCsv).WithName("exportExplanation").WithSummary("A finished report's figures as CSV")
            .Produces(StatusCodes.Status200OK, contentType: Csv.MediaType)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Delete).WithName("deleteExplanation").WithSummary("Delete a report")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    public static async Task<Ok<Page<Explanation>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Pages.PageAsync(Fitting(db, page.Filter), page, found => db.ShowAsync(found, cancellationToken), cancellationToken));

    public static async Task<Ok<Explanation>> Get(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ShowWholeAsync(await FindAsync(db, id, cancellationToken), cancellationToken));

    public static async Task<Results<Accepted<Explanation>, Ok<Explanation>>> Create(
        CreateExplanation body, PatchSslContext db, ExplanationService explanations, CancellationToken cancellationToken)
    {
        var made = await explanations.CreateAsync(db, body, cancellationToken);
        var row = await FindAsync(db, made.Id, cancellationToken);
        var shown = await db.ShowWholeAsync(row, cancellationToken);
        return row.State == ResourceState.Ready ? TypedResults.Ok(shown) : TypedResults.Accepted($"/api/v1/jobs/{row.JobId}", shown);
    }

    public static async Task<PushStreamHttpResult> GetCsv(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        if (row.State != ResourceState.Ready) throw new ProblemException(Problems.Conflict($"Explanation '{id}' is {Csv.Word(row.State)}, not ready."));
        var figures = await db.ExplanationReports.AsNoTracking().FirstAsync(r => r.ExplanationId == id, cancellationToken);
        var kind = ExplanationKinds.Of(row.Kind);
        return Csv.Stream(kind.Columns, kind.Rows(figures.Report).ToAsyncEnumerable(), $"{id}.csv");
    }

    public static async Task<NoContent> Delete(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        if (row.State is ResourceState.Queued or ResourceState.Building)
            throw new ProblemException(Problems.Conflict($"Explanation '{id}' is under way: cancel job '{row.JobId}' first."));
        await db.DeleteWithJobAsync(db.Explanations.Where(x => x.Id == id), id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<ExplanationRow> Fitting(PatchSslContext db, string? text)
    {
        var filter = ListFilter.Parse(text, [.. ModelResources.Fields, "kind"]);
        var rows = db.ExplanationRows().Fitting(filter);
        foreach (var (_, value) in filter.Terms.Where(t => t.Field == "kind"))
        {
            var kind = ListFilter.Enum<ExplanationKind>("kind", value);
            rows = rows.Where(x => x.Kind == kind);
        }
        return rows;
    }

    private static async Task<ExplanationRow> FindAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await db.ExplanationRows().FirstOrDefaultAsync(x => x.Id == id, cancellationToken) ?? throw new ProblemException(Problems.NotFound("explanation", id));
}
