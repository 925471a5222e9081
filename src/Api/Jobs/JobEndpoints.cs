using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Jobs;

/// <summary>Routes of <c>/jobs</c>.</summary>
public static class JobEndpoints
{
    private static readonly Paging<JobRow> Lists = new(j => j.Id, "-createdAt", new Dictionary<string, LambdaExpression>
    {
        ["createdAt"] = (JobRow j) => j.CreatedAt,
        ["id"] = (JobRow j) => j.Id,
    });

    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobService>().AddSingleton<JobStore>().AddSingleton<JobChanges>()
        .AddSingleton<JobQueue>().AddHostedService(provider => provider.GetRequiredService<JobQueue>());

    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("", List).WithName("listJobs").WithSummary("Jobs, newest first; filter by state:running or kind:train");
        group.MapGet("/{id}", Get).WithName("getJob").WithSummary("A job's state and progress");
        group.MapDelete("/{id}", Cancel).WithName("cancelJob").WithSummary("Cancel a job; cancelling twice, or after its end, changes nothing");
    }

    public static async Task<Ok<Page<Job>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken)
    {
        var jobs = db.Jobs.AsNoTracking();
        var filter = ListFilter.Parse(page.Filter, "state", "kind", "resource");
        foreach (var (field, value) in filter.Terms)
        {
            if (field == "resource") jobs = jobs.Where(j => j.ResourceId == value);
            else if (field == "kind") jobs = Where(jobs, ListFilter.Enum<JobKind>(field, value));
            else jobs = Where(jobs, ListFilter.Enum<JobState>(field, value));
        }
        if (filter.Text is { } text) jobs = jobs.Where(j => j.Id.Contains(text));
        return TypedResults.Ok(await Lists.PageAsync(
            jobs, page, rows => Task.FromResult<IReadOnlyList<Job>>([.. rows.Select(j => j.ToContract())]), cancellationToken));
    }

    private static IQueryable<JobRow> Where(IQueryable<JobRow> jobs, JobKind kind) => jobs.Where(j => j.Kind == kind);

    private static IQueryable<JobRow> Where(IQueryable<JobRow> jobs, JobState state) => jobs.Where(j => j.State == state);

    public static async Task<Results<Accepted<Job>, ProblemHttpResult>> Cancel(string id, JobQueue queue, CancellationToken cancellationToken) =>
        await queue.StopAsync(id, cancellationToken) is { } job
            ? TypedResults.Accepted($"/api/v1/jobs/{job.Id}", job.ToContract())
            : Problems.NotFound("job", id);

    public static async Task<Results<Ok<Job>, ProblemHttpResult>> Get(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, cancellationToken) is { } job
            ? TypedResults.Ok(job.ToContract())
            : Problems.NotFound("job", id);
}
