using System.Linq.Expressions;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>Routes of <c>/comparisons</c>: the bag table.</summary>
public static class ComparisonEndpoints
{
    private static readonly Paging<ComparisonRow> Pages = new(c => c.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (ComparisonRow c) => c.CreatedAt,
        ["name"] = (ComparisonRow c) => c.Name,
    });

    public static IServiceCollection AddComparisons(this IServiceCollection services) => services
        .AddSingleton<IJobHandler, PaceJobs>().AddSingleton<ComparisonSteps>().AddSingleton<ComparisonService>()
        .AddSingleton<ComparisonLead>().AddHostedService(provider => provider.GetRequiredService<ComparisonLead>());

    public static void MapComparisons(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/comparisons").WithTags("Comparisons");
        group.MapGet("", List).WithName("listComparisons").WithSummary("Comparisons, newest first; filter by name, dataset:ID or state:running");
        group.MapPost("", Create).WithIdempotency().WithName("createComparison")
            .WithSummary("The bag table: train recipes one after the other within one budget, and evaluate each by a sweep").Creates();
        group.MapGet("/{id}", Get).WithName("getComparison").WithSummary("A comparison's table and what it says about the paper's claims")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id}/csv", Csv).WithName("getComparisonCsv").WithSummary("Every score of a comparison as CSV").Produces<string>(StatusCodes.Status200OK, "text/csv");
        group.MapGet("/{id}/markdown", Markdown).WithName("getComparisonMarkdown").WithSummary("A comparison as Markdown: table, costs, claims and protocol in plain words")
            .Produces<string>(StatusCodes.Status200OK, "text/markdown");
        group.MapPost("/{id}/cancel", Cancel).WithName("cancelComparison").WithSummary("Stop what is under way and start nothing more; cancelling twice is fine");
        group.MapDelete("/{id}", Delete).WithName("deleteComparison").WithSummary("Delete the table; its runs and evaluations stay")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    public static async Task<Ok<Page<ComparisonSummary>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var rows = db.Comparisons.AsNoTracking().Include(c => c.Dataset).Include(c => c.Parts).AsQueryable();
        var filter = ListFilter.Parse(page.Filter, "dataset", "state");
        foreach (var (field, value) in filter.Terms)
        {
            if (field == "dataset")
            {
                rows = rows.Where(c => c.DatasetId == value);
                continue;
            }
            var state = ListFilter.Enum<JobState>(field, value);
            rows = rows.Where(c => c.State == state);
        }
        if (filter.Text is { } text) rows = rows.Where(c => EF.Functions.Like(c.Name, ListFilter.Pattern(text), "\\"));
        return TypedResults.Ok(await Pages.PageAsync(rows, page, found => ComparisonContracts.ToSummariesAsync(db, found, cancellationToken), cancellationToken));
    }

    public static async Task<Accepted<Comparison>> Create(
        CreateComparison body, ComparisonService comparisons, PatchSslContext db, CancellationToken cancellationToken)
    {
        var id = await comparisons.CreateAsync(db, body, cancellationToken);
        return TypedResults.Accepted($"/api/v1/comparisons/{id}", await ShowAsync(db, id, cancellationToken));
    }

    public static async Task<Ok<Comparison>> Get(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ShowAsync(db, id, cancellationToken));

    public static async Task<FileContentHttpResult> Csv(string id, PatchSslContext db, CancellationToken cancellationToken)
    {
        var comparison = await ShowAsync(db, id, cancellationToken);
        return TypedResults.File(Encoding.UTF8.GetBytes(ComparisonCsv.Write(comparison)), "text/csv", $"comparison-{id}.csv");
    }

    public static async Task<ContentHttpResult> Markdown(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Text(ComparisonMarkdown.Write(await ShowAsync(db, id, cancellationToken)), "text/markdown", Encoding.UTF8);

    public static async Task<Accepted<Comparison>> Cancel(string id, ComparisonService comparisons, PatchSslContext db, CancellationToken cancellationToken)
    {
        await FindAsync(db, id, cancellationToken);
        await comparisons.CancelAsync(db, id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/comparisons/{id}", await ShowAsync(db, id, cancellationToken));
    }

    public static async Task<NoContent> Delete(string id, ComparisonService comparisons, PatchSslContext db, CancellationToken cancellationToken)
    {
        await comparisons.DeleteAsync(db, await FindAsync(db, id, cancellationToken), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Comparison> ShowAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await ComparisonContracts.ToContractAsync(db, await FindAsync(db, id, cancellationToken), cancellationToken);

    private static async Task<ComparisonRow> FindAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await db.Comparisons.AsNoTracking().Include(c => c.Dataset).Include(c => c.Parts).FirstOrDefaultAsync(c => c.Id == id, cancellationToken)
        ?? throw new ProblemException(Problems.NotFound("comparison", id));
}
