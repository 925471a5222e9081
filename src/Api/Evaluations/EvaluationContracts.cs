using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using Intervals = PatchSsl.Core.Evaluation.Intervals;

namespace PatchSsl.Api.Evaluations;

/// <summary>Evaluations as the API shows them.</summary>
public static class EvaluationContracts
{
    /// <summary>Rows with what <see cref="ShowAsync"/> needs of them.</summary>
    public static IQueryable<EvaluationRow> EvaluationRows(this PatchSslContext db) =>
        db.Evaluations.AsNoTracking().Include(e => e.Dataset).Include(e => ((CheckpointRow)e.Model!).Run);

    public static async Task<IReadOnlyList<Evaluation>> ShowAsync(this PatchSslContext db, IReadOnlyList<EvaluationRow> rows, CancellationToken cancellationToken)
    {
        var progress = await db.ProgressOfAsync(rows, cancellationToken);
        return [.. rows.Select(r => new Evaluation(
            r.Id, r.Kind, r.ModelId, ModelCatalog.Name(r.Model), r.DatasetId, r.Dataset!.Name, r.Vectors, r.Patches, r.Seed, r.State, r.Accuracy,
            r.Protocol, [.. r.Scores.Select(s => s.WithInterval(r.TestImages))], [.. r.Baselines.Select(b => b.WithInterval(r.TestImages))], r.TrainImages, r.TestImages, r.ModelSha256, r.Error, r.JobId, progress(r), r.CreatedAt, r.Agreement,
            r.Cost, r.PatchProtocol, r.Sweep, r.Neighbours, r.Split, r.Reading, Findings.Of(r)))];
    }

    /// <summary>The score with its interval, which follows from it and the number of test images.</summary>
    public static EvaluationScore WithInterval(this EvaluationScore score, int images)
    {
        if (images < 1) return score;
        var (low, high) = Intervals.OfShare(score.Accuracy, images);
        return score with { Low = low, High = high };
    }

    /// <inheritdoc cref="WithInterval(EvaluationScore, int)"/>
    public static EvaluationBaseline WithInterval(this EvaluationBaseline baseline, int images)
    {
        if (images < 1) return baseline;
        var (low, high) = Intervals.OfShare(baseline.Accuracy, images);
        return baseline with { Low = low, High = high };
    }
}
