using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;

namespace PatchSsl.Api.Indexes;

/// <summary>Patch indexes: built by a job, then searched.</summary>
public static class IndexEndpoints
{
    private static readonly Paging<IndexRow> Pages = new(i => i.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (IndexRow i) => i.CreatedAt,
        ["patchCount"] = (IndexRow i) => i.PatchCount,
    });

    public static RouteGroupBuilder MapIndexes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/indexes").WithTags("Indexes");
        group.MapGet("", List).WithName("listIndexes").WithSummary("Patch indexes, newest first; filter by the dataset's name, dataset:ID, model:ID, run:ID or state:ready").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("", Create).WithIdempotency().WithName("createIndex").WithSummary("Index every grid patch of a dataset under one model")
            .WithDescription(
                "With `untrained` true the vectors are those of the model's run before its first step: its initial weights are drawn again from its recipe and seed. " +
                "Such an index is an ordinary one that says so, to be searched beside the trained one. Models that were imported have none (422).")
            .Creates();
        group.MapGet("/{id}", Get).WithName("getIndex").WithSummary("An index's state, size and recall")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", Delete).WithName("deleteIndex").WithSummary("Delete an index; searches under way still end")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapNeighbours();
        group.MapSimilarity();
        group.MapPatchMap();
        return group;
    }

    public static async Task<Ok<Page<PatchIndex>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var rows = Rows(db).Fitting(ListFilter.Parse(page.Filter, [.. ModelResources.Fields]));
        return TypedResults.Ok(await Pages.PageAsync(rows, page, found => db.ShowAsync(found, cancellationToken), cancellationToken));
    }

    public static async Task<Ok<PatchIndex>> Get(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        return TypedResults.Ok((await db.ShowAsync([row], cancellationToken))[0]);
    }

    public static async Task<Accepted<PatchIndex>> Create(
        CreateIndex body, PatchSslContext db, JobService jobs, ModelCatalog models, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (!PatchGrid.TryParse(body.Patches, out var grid))
            errors.Add("patches", $"patches is '{Problems.Shown(body.Patches)}': allowed is grid:n with n a square number from 1 to 256, or whole.");
        if (!Enum.IsDefined(body.Storage)) errors.Add("storage", "storage is not known: allowed is f16 or int8.");
        errors.Throw();
        var dataset = await db.Datasets.FindReadyAsync(body.DatasetId, cancellationToken);
        var model = await models.FindAsync(db, body.Model, cancellationToken);
        model.Demand(body.Vectors);
        if (body.Untrained && !model.HasRun)
        {
            errors.Add("untrained", $"untrained is true, but model '{model.Id}' was imported: its weights before training are not known.");
            errors.Throw();
        }

        var row = new IndexRow
        {
            Id = Ids.Index(),
            DatasetId = dataset.Id,
            ModelId = model.Id,
            Vectors = body.Vectors,
            Patches = grid.ToString(),
            Storage = body.Storage,
            Untrained = body.Untrained,
            State = ResourceState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Indexes.Add(row);
        var job = await jobs.EnqueueAsync(db, JobKind.Index, row.Id, cancellationToken);
        row.JobId = job.Id;
        await jobs.SaveAsync(db, cancellationToken);
        var made = await FindAsync(db, row.Id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{job.Id}", (await db.ShowAsync([made], cancellationToken))[0]);
    }

    public static async Task<NoContent> Delete(
        string id, PatchSslContext db, DataDirectory data, OpenIndexes open, MapCache maps, CancellationToken cancellationToken)
    {
        var row = await FindAsync(db, id, cancellationToken);
        if (row.State is ResourceState.Queued or ResourceState.Building)
            throw new ProblemException(Problems.Conflict($"Index '{id}' is being built: cancel job '{row.JobId}' first."));
        // The row first: an index that is listed is whole. A crash in between leaves a file that nothing names.
        await db.DeleteWithJobAsync(db.Indexes.Where(i => i.Id == id), id, cancellationToken);
        open.Drop(row.Id);
        maps.Drop(row.Id);
        File.Delete(data.Index(row.Id));
        return TypedResults.NoContent();
    }

    internal static async Task<IndexRow> FindAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await Rows(db).FirstOrDefaultAsync(i => i.Id == id, cancellationToken) ?? throw new ProblemException(Problems.NotFound("index", id));

    private static IQueryable<IndexRow> Rows(PatchSslContext db) =>
        db.Indexes.AsNoTracking().Include(i => i.Dataset).Include(i => ((CheckpointRow)i.Model!).Run);

    private static async Task<IReadOnlyList<PatchIndex>> ShowAsync(this PatchSslContext db, IReadOnlyList<IndexRow> rows, CancellationToken cancellationToken)
    {
        var progress = await db.ProgressOfAsync(rows, cancellationToken);
        return [.. rows.Select(r => new PatchIndex(
            r.Id, r.DatasetId, r.Dataset!.Name, r.ModelId, ModelCatalog.Name(r.Model), r.Vectors, r.Patches, r.Storage, r.State, r.PatchCount, r.Dim,
            r.Bytes, r.RecallAt10, r.Error, r.JobId, progress(r), r.CreatedAt)
        {
            RunId = (r.Model as CheckpointRow)?.RunId,
            Untrained = r.Untrained,
            AverageCosine = r.AverageCosine,
        })];
    }
}
