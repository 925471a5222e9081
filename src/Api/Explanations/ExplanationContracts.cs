using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Explanations;

/// <summary>Reports as the API shows them.</summary>
public static class ExplanationContracts
{
    /// <summary>Rows with what <see cref="ShowAsync"/> needs of them.</summary>
    public static IQueryable<ExplanationRow> ExplanationRows(this PatchSslContext db) =>
        db.Explanations.AsNoTracking().Include(x => x.Dataset).Include(x => ((CheckpointRow)x.Model!).Run);

    /// <summary>Reports without their figures.</summary>
    public static async Task<IReadOnlyList<Explanation>> ShowAsync(this PatchSslContext db, IReadOnlyList<ExplanationRow> rows, CancellationToken cancellationToken)
    {
        var progress = await db.ProgressOfAsync(rows, cancellationToken);
        return [.. rows.Select(r => new Explanation(
            r.Id, r.Kind, r.ModelId, ModelCatalog.Name(r.Model), (r.Model as CheckpointRow)?.RunId, r.ModelSha256, r.DatasetId, r.Dataset!.Name, r.Seed, r.Hash,
            r.Options, r.State, ExplanationKinds.Of(r.Kind).Reading, null, r.Error, r.JobId, progress(r), r.CreatedAt))];
    }

    /// <summary>A report with its figures, where it is ready.</summary>
    public static async Task<Explanation> ShowWholeAsync(this PatchSslContext db, ExplanationRow row, CancellationToken cancellationToken)
    {
        var shown = (await db.ShowAsync([row], cancellationToken))[0];
        var figures = await db.ExplanationReports.AsNoTracking().FirstOrDefaultAsync(r => r.ExplanationId == row.Id, cancellationToken);
        return shown with { Report = row.State == ResourceState.Ready ? figures?.Report : null };
    }
}
