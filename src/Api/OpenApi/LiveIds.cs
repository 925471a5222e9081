using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Images;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.OpenApi;

/// <summary>Ids for the examples: the newest things on this server, so that an example runs as it stands.</summary>
public sealed class LiveIds(IDbContextFactory<PatchSslContext> databases)
{
    /// <summary>Placeholder → id; where nothing exists yet, a placeholder that shows an id's form.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var index = await db.Indexes.AsNoTracking().Where(i => i.State == ResourceState.Ready).OrderByDescending(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        var dataset = index?.DatasetId
            ?? await db.Datasets.Where(d => d.State == ResourceState.Ready).OrderByDescending(d => d.CreatedAt).Select(d => d.Id).FirstOrDefaultAsync(cancellationToken)
            ?? "ds_example";
        var model = await db.Checkpoints.OrderByDescending(c => c.CreatedAt).Select(c => c.Id).FirstOrDefaultAsync(cancellationToken) ?? "ck_example";
        return new Dictionary<string, string>
        {
            ["{dataset}"] = dataset,
            ["{image}"] = ImageIds.Of(dataset, 0),
            ["{run}"] = await db.Runs.OrderByDescending(r => r.CreatedAt).Select(r => r.Id).FirstOrDefaultAsync(cancellationToken) ?? "run_example",
            ["{model}"] = model,
            ["{index}"] = index?.Id ?? "idx_example",
            ["{patch}"] = ImageIds.Of(index?.Id ?? "idx_example", 0),
            ["{evaluation}"] = await db.Evaluations.Where(e => e.State == ResourceState.Ready).OrderByDescending(e => e.CreatedAt).Select(e => e.Id).FirstOrDefaultAsync(cancellationToken) ?? "ev_example",
            ["{explanation}"] = await db.Explanations.Where(x => x.State == ResourceState.Ready).OrderByDescending(x => x.CreatedAt).Select(x => x.Id).FirstOrDefaultAsync(cancellationToken) ?? "xp_example",
            ["{comparison}"] = await db.Comparisons.OrderByDescending(c => c.CreatedAt).Select(c => c.Id).FirstOrDefaultAsync(cancellationToken) ?? "cmp_example",
            ["{job}"] = await db.Jobs.OrderByDescending(j => j.CreatedAt).Select(j => j.Id).FirstOrDefaultAsync(cancellationToken) ?? "job_example",
        };
    }
}
