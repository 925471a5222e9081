using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;

namespace PatchSsl.Api.Evaluations;

/// <summary>Evaluations of models on labelled datasets.</summary>
public static class EvaluationEndpoints
{
    private static readonly Paging<EvaluationRow> Pages = new(e => e.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (EvaluationRow e) => e.CreatedAt,
    });

    public static RouteGroupBuilder MapEvaluations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/evaluations").WithTags("Evaluations");
        group.MapGet("", List).WithName("listEvaluations").WithSummary("Evaluations, newest first; filter by the dataset's name, dataset:ID, model:ID or state:ready").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("", Create).WithIdempotency().WithName("createEvaluation").WithSummary("Evaluate a model by weighted kNN, with baselines beside it")
            .Creates();
        group.MapGet("/{id}", Get).WithName("getEvaluation").WithSummary("An evaluation's accuracies, protocol and baselines")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", Delete).WithName("deleteEvaluation").WithSummary("Delete an evaluation")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    public static async Task<Ok<Page<Evaluation>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var rows = Rows(db);
        var filter = ListFilter.Parse(page.Filter, "dataset", "model", "state");
        foreach (var (field, value) in filter.Terms)
        {
            if (field == "dataset") rows = rows.Where(e => e.DatasetId == value);
            else if (field == "model") rows = rows.Where(e => e.ModelId == value);
            else
            {
                var state = ListFilter.Enum<ResourceState>(field, value);
                rows = rows.Where(e => e.State == state);
            }
        }
        if (filter.Text is { } text) rows = rows.Where(e => EF.Functions.Like(e.Dataset!.Name, ListFilter.Pattern(text), "\\"));
        return TypedResults.Ok(await Pages.PageAsync(rows, page, found => db.Show(found, cancellationToken), cancellationToken));
    }

    public static async Task<Ok<Evaluation>> Get(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await Find(db, id, cancellationToken);
        return TypedResults.Ok((await db.Show([row], cancellationToken))[0]);
    }

    public static async Task<Accepted<Evaluation>> Create(
        CreateEvaluation body, PatchSslContext db, JobService jobs, ModelCatalog models, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (!PatchGrid.TryParse(body.Patches, out var grid))
            errors.Add("patches", $"patches is '{Problems.Shown(body.Patches)}': allowed is grid:n with n a square number from 1 to 256, or whole.");
        errors.Throw();
        var dataset = await db.Datasets.FindReady(body.DatasetId, cancellationToken);
        var model = await models.Find(db, body.Model, cancellationToken);
        if (dataset.Classes.Count == 0)
        {
            throw new ProblemException(Problems.Unprocessable(
                $"Dataset '{dataset.Id}' has no classes: an evaluation needs labelled images, one folder a class.", "dataset_unlabelled"));
        }

        var row = new EvaluationRow
        {
            Id = Ids.Evaluation(),
            Kind = body.Kind,
            ModelId = model.Id,
            DatasetId = dataset.Id,
            Vectors = body.Vectors,
            Patches = grid.ToString(),
            Seed = body.Seed,
            State = ResourceState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Evaluations.Add(row);
        var job = await jobs.EnqueueAsync(db, JobKind.Evaluate, row.Id, cancellationToken);
        row.JobId = job.Id;
        await jobs.SaveAsync(db, cancellationToken);
        var made = await Find(db, row.Id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{job.Id}", (await db.Show([made], cancellationToken))[0]);
    }

    public static async Task<NoContent> Delete(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var row = await Find(db, id, cancellationToken);
        if (row.State is ResourceState.Queued or ResourceState.Building)
            throw new ProblemException(Problems.Conflict($"Evaluation '{id}' is under way: cancel job '{row.JobId}' first."));
        await db.DeleteWithJob(db.Evaluations.Where(e => e.Id == id), id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<EvaluationRow> Find(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await Rows(db).FirstOrDefaultAsync(e => e.Id == id, cancellationToken) ?? throw new ProblemException(Problems.NotFound("evaluation", id));

    private static IQueryable<EvaluationRow> Rows(PatchSslContext db) =>
        db.Evaluations.AsNoTracking().Include(e => e.Dataset).Include(e => e.Model!.Run);

    private static async Task<IReadOnlyList<Evaluation>> Show(this PatchSslContext db, IReadOnlyList<EvaluationRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.JobId).ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        return [.. rows.Select(r => new Evaluation(
            r.Id, r.Kind, r.ModelId, ModelCatalog.Name(r.Model), r.DatasetId, r.Dataset!.Name, r.Vectors, r.Patches, r.Seed, r.State, r.Accuracy,
            r.Protocol, r.Scores, r.Baselines, r.TrainImages, r.TestImages, r.ModelSha256, r.Error, r.JobId,
            jobs.GetValueOrDefault(r.JobId ?? "").ToProgress(), r.CreatedAt))];
    }
}
