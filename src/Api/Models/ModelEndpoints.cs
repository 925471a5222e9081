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
    private static readonly Paging<ModelRow> Pages = new(m => m.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (ModelRow m) => m.CreatedAt,
        ["step"] = (ModelRow m) => m is CheckpointRow ? ((CheckpointRow)m).Step : 0L,
    });

    public static RouteGroupBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/models").WithTags("Models");
        group.MapGet("", List).WithName("listModels")
            .WithSummary("Every model that can embed, newest first; filter by its or its run's name, run:ID or source:imported")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapImport();
        group.MapGet("/{id}", Get).WithName("getModel").WithSummary("A model's dimensions, input and hash")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/{id}/content", Content).WithName("downloadModel").WithSummary("A model's file, safetensors")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPatch("/{id}", Update).WithName("updateModel").WithSummary("Rename an imported model; a checkpoint is named after its run (409)")
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Delete).WithName("deleteModel")
            .WithSummary("Delete an imported model; refused while an index or evaluation uses it, and for a checkpoint, which goes with its run (409)")
            .ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    public static async Task<Ok<Page<Model>>> List(
        [AsParameters] PageQuery page, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        var rows = ModelCatalog.Rows(db);
        var filter = ListFilter.Parse(page.Filter, "run", "source");
        foreach (var (field, value) in filter.Terms)
        {
            if (field == "run") rows = rows.Where(m => ((CheckpointRow)m).RunId == value);
            else rows = rows.Where(m => value == "imported" ? m is ImportedModelRow : value == "checkpoint" && m is CheckpointRow);
        }
        if (filter.Text is { } text)
        {
            var pattern = ListFilter.Pattern(text);
            rows = rows.Where(m => EF.Functions.Like(((CheckpointRow)m).Run!.Name, pattern, "\\") || EF.Functions.Like(((ImportedModelRow)m).Name, pattern, "\\"));
        }
        return TypedResults.Ok(await Pages.PageAsync(rows, page, found => Task.FromResult(catalog.Readable(found)), cancellationToken));
    }

    /// <param name="id">Id of a model, or of a run for its newest checkpoint.</param>
    public static async Task<Ok<Model>> Get(string id, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok((await catalog.FindAsync(db, id, cancellationToken)).ToContract());

    /// <param name="id">Id of a model, or of a run for its newest checkpoint.</param>
    public static async Task<PhysicalFileHttpResult> Content(string id, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        var model = await catalog.FindAsync(db, id, cancellationToken);
        return TypedResults.PhysicalFile(model.Path, "application/octet-stream", $"{model.Id}.safetensors", enableRangeProcessing: true);
    }

    public static async Task<Results<Ok<Model>, ProblemHttpResult>> Update(
        string id, UpdateModel body, PatchSslContext db, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        if (ModelForm.NameError(body.Name) is { } error) return Problems.Invalid(new Dictionary<string, string[]> { ["name"] = [error] });
        var row = await ImportedAsync(db, id, "is named after its run", cancellationToken);
        row.Name = body.Name.Trim();
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok((await catalog.FindAsync(db, id, cancellationToken)).ToContract());
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, PatchSslContext db, ModelImport models, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await ImportedAsync(db, id, "goes with its run", cancellationToken);
        var uses = await db.OfModelAsync(id, cancellationToken);
        if (uses.Count > 0) return Problems.Conflict($"Model '{id}' is used by {uses.InWords()}: delete them first.", "in_use");
        db.Models.Remove(row);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        models.Drop(row.Id);
        return TypedResults.NoContent();
    }

    private static async Task<ImportedModelRow> ImportedAsync(PatchSslContext db, string id, string otherwise, CancellationToken cancellationToken) =>
        await db.Models.FirstOrDefaultAsync(m => m.Id == id, cancellationToken) switch
        {
            ImportedModelRow imported => imported,
            CheckpointRow checkpoint => throw new ProblemException(Problems.Conflict($"Model '{id}' is a checkpoint of run '{checkpoint.RunId}', and {otherwise}.")),
            _ => throw new ProblemException(Problems.NotFound("model", id)),
        };
}
