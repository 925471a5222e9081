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

    public static IServiceCollection AddJobs(this IServiceCollection services) => services.AddSingleton<JobService>();

    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("", List).WithName("listJobs").WithSummary("Jobs, newest first; filter by state:running or kind:train");
        group.MapGet("/{id}", Get).WithName("getJob").WithSummary("A job's state and progress");
    }

    public static async Task<Ok<Page<Job>>> List([AsParameters] PageQuery page, PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Lists.PageAsync(
            db.Jobs.AsNoTracking(), page, rows => Task.FromResult<IReadOnlyList<Job>>([.. rows.Select(j => j.ToContract())]), cancellationToken));

    public static async Task<Results<Ok<Job>, ProblemHttpResult>> Get(string id, PatchSslContext db, CancellationToken cancellationToken) =>
        await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, cancellationToken) is { } job
            ? TypedResults.Ok(job.ToContract())
            : Problems.NotFound("job", id);
}
