using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Evaluations;

/// <summary>Evaluations as the API shows them.</summary>
public static class EvaluationContracts
{
    /// <summary>Rows with what <see cref="Show"/> needs of them.</summary>
    public static IQueryable<EvaluationRow> EvaluationRows(this PatchSslContext db) =>
        db.Evaluations.AsNoTracking().Include(e => e.Dataset).Include(e => ((CheckpointRow)e.Model!).Run);

    public static async Task<IReadOnlyList<Evaluation>> Show(this PatchSslContext db, IReadOnlyList<EvaluationRow> rows, CancellationToken cancellationToken)
    {
        var progress = await db.ProgressOf(rows, cancellationToken);
        return [.. rows.Select(r => new Evaluation(
            r.Id, r.Kind, r.ModelId, ModelCatalog.Name(r.Model), r.DatasetId, r.Dataset!.Name, r.Vectors, r.Patches, r.Seed, r.State, r.Accuracy,
            r.Protocol, r.Scores, r.Baselines, r.TrainImages, r.TestImages, r.ModelSha256, r.Error, r.JobId, progress(r), r.CreatedAt, r.Agreement,
            r.Cost, r.PatchProtocol, r.Sweep, r.Neighbours, r.Split))];
    }
}
