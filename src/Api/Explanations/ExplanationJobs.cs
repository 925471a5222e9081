using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Explanations;

/// <summary>What explaining means for a report's rows.</summary>
public sealed class ExplanationJobs(DataDirectory data) : IJobHandler
{
    public JobKind Kind => JobKind.Explain;

    public async Task<object> SpecAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Explanations.Include(x => x.Model).FirstAsync(x => x.Id == job.ResourceId, cancellationToken);
        return new ExplainSpec(row.Kind, ExplanationKinds.Of(row.Kind).Spec(row, data.Dataset(row.DatasetId), data.Present(row.Model!)));
    }

    public async Task ResultAsync(PatchSslContext db, JobRow job, JsonElement result, CancellationToken cancellationToken)
    {
        var row = await db.Explanations.FirstAsync(x => x.Id == job.ResourceId, cancellationToken);
        db.ExplanationReports.Add(new ExplanationReportRow { ExplanationId = row.Id, Report = ExplanationKinds.Of(row.Kind).Report(result) });
    }

    public async Task ChangedAsync(PatchSslContext db, JobRow job, CancellationToken cancellationToken)
    {
        var row = await db.Explanations.FirstAsync(x => x.Id == job.ResourceId, cancellationToken);
        (row.State, row.Error) = ResourceStates.Of(job);
    }
}
