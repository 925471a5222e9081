using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Datasets;

/// <summary>Routes of <c>/datasets</c>.</summary>
public static class DatasetEndpoints
{
    private static readonly Paging<DatasetRow> Lists = new(d => d.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (DatasetRow d) => d.CreatedAt,
        ["name"] = (DatasetRow d) => d.Name,
        ["imageCount"] = (DatasetRow d) => d.ImageCount,
        ["bytes"] = (DatasetRow d) => d.Bytes,
    });

    public static IServiceCollection AddDatasets(this IServiceCollection services) =>
        services.AddSingleton<IJobHandler, DatasetJobs>().AddSingleton<DatasetService>();

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/datasets").WithTags("Datasets");
        group.MapGet("", List).WithName("listDatasets").WithSummary("Datasets, newest first; filter by name or state:ready");
        group.MapPost("", Create).WithIdempotency().WithName("createDataset").WithSummary("Import a folder of the server, or generate images");
        group.MapUpload();
        group.MapGet("/{id}", Get).WithName("getDataset").WithSummary("A dataset's state, classes and splits");
        group.MapPatch("/{id}", Update).WithName("updateDataset").WithSummary("Rename a dataset");
        group.MapDelete("/{id}", Delete).WithName("deleteDataset").WithSummary("Delete a dataset and its images; refused while something uses it");
        group.MapImageLists();
    }

    public static async Task<Ok<Page<Dataset>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var rows = db.Datasets.AsNoTracking();
        var filter = ListFilter.Parse(page.Filter, "state");
        foreach (var (field, value) in filter.Terms)
        {
            var state = ListFilter.Enum<ResourceState>(field, value);
            rows = rows.Where(d => d.State == state);
        }
        if (filter.Text is { } text) rows = rows.Where(d => EF.Functions.Like(d.Name, ListFilter.Pattern(text), "\\"));
        return TypedResults.Ok(await Lists.PageAsync(rows, page, found => DatasetContracts.ToContractsAsync(db, found, cancellationToken), cancellationToken));
    }

    public static async Task<Results<Ok<Dataset>, ProblemHttpResult>> Get(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken) is { } row
            ? TypedResults.Ok(await DatasetContracts.ToContractAsync(db, row, cancellationToken))
            : Problems.NotFound("dataset", id);

    public static async Task<Results<Accepted<Dataset>, ProblemHttpResult>> Create(
        CreateDataset body, DatasetService datasets, PatchSslContext db, CancellationToken cancellationToken)
    {
        var errors = datasets.Validate(body, out var source);
        if (errors.Count > 0) return Problems.Invalid(errors);
        var row = await datasets.CreateAsync(db, body.Name, source, body.StorageSize, null, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{row.JobId}", await DatasetContracts.ToContractAsync(db, row, cancellationToken));
    }

    public static async Task<Results<Ok<Dataset>, ProblemHttpResult>> Update(
        string id, UpdateDataset body, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (DatasetService.NameError(body.Name) is { } error) return Problems.Invalid(new Dictionary<string, string[]> { ["name"] = [error] });
        if (await db.Datasets.FirstOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } row) return Problems.NotFound("dataset", id);
        row.Name = body.Name;
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(await DatasetContracts.ToContractAsync(db, row, cancellationToken));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, DatasetService datasets, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (await db.Datasets.FirstOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } row) return Problems.NotFound("dataset", id);
        if (row.State is ResourceState.Queued or ResourceState.Building)
            return Problems.Conflict($"Dataset '{id}' is being imported; cancel job {row.JobId} first.");
        var uses = await db.OfDatasetAsync(id, cancellationToken);
        if (uses.Count > 0) return Problems.Conflict($"Dataset '{id}' is used by {uses.InWords()}.", "in_use");
        await datasets.DeleteAsync(db, row, cancellationToken);
        return TypedResults.NoContent();
    }
}
