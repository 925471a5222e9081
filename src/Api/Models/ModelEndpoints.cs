using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Models;

/// <summary>Every encoder that can embed.</summary>
public static class ModelEndpoints
{
    private static readonly Paging<CheckpointRow> Pages = new(c => c.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (CheckpointRow c) => c.CreatedAt,
        ["step"] = (CheckpointRow c) => c.Step,
    });

    public static RouteGroupBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/models").WithTags("Models");
        group.MapGet("", List).WithName("listModels").WithSummary("Every model that can embed, newest first; filter by the run's name or run:ID")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{id}", Get).WithName("getModel").WithSummary("A model's dimensions, input and hash")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    public static async Task<Ok<Page<Model>>> List(
        [AsParameters] PageQuery page, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        var rows = db.Checkpoints.AsNoTracking().Include(c => c.Run).AsQueryable();
        var filter = ListFilter.Parse(page.Filter, "run");
        foreach (var (_, value) in filter.Terms) rows = rows.Where(c => c.RunId == value);
        if (filter.Text is { } text) rows = rows.Where(c => EF.Functions.Like(c.Run!.Name, ListFilter.Pattern(text), "\\"));
        return TypedResults.Ok(await Pages.PageAsync(rows, page, found => Task.FromResult(catalog.Readable(found)), cancellationToken));
    }

    /// <param name="id">Id of a model, or of a run for its newest checkpoint.</param>
    public static async Task<Ok<Model>> Get(string id, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok((await catalog.Find(db, id, cancellationToken)).ToContract());
}
