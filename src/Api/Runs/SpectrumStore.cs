using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Runs;

/// <summary>Keeps a run's spectra: few enough that a long run stays small, the first and the newest always.</summary>
public static class SpectrumStore
{
    /// <summary>Most spectra kept of one space of a run. With one more, the one whose neighbours are closest goes: those left stay evenly spread.</summary>
    public const int Most = 64;

    /// <summary>Adds what a worker measured; a step measured again after a resume is kept once.</summary>
    public static async Task AppendAsync(PatchSslContext db, string runId, IEnumerable<WorkerEvent.Spectrum> events, CancellationToken cancellationToken)
    {
        foreach (var space in events.GroupBy(e => e.Measured.Vectors == VectorSpace.Projection ? VectorKind.Projection : VectorKind.Embedding))
        {
            var rows = await db.Spectra.Where(s => s.RunId == runId && s.Vectors == space.Key).OrderBy(s => s.Step).ToListAsync(cancellationToken);
            foreach (var e in space)
            {
                if (rows.Count > 0 && e.Step <= rows[^1].Step) continue;
                rows.Add(Row(runId, space.Key, e));
                db.Spectra.Add(rows[^1]);
                if (rows.Count > Most) Thin(db, rows);
            }
        }
    }

    private static void Thin(PatchSslContext db, List<SpectrumRow> rows)
    {
        var least = Enumerable.Range(1, rows.Count - 2).MinBy(i => (rows[i + 1].Step - rows[i - 1].Step, -i));
        db.Spectra.Remove(rows[least]); // one that was only just added is then simply not added
        rows.RemoveAt(least);
    }

    private static SpectrumRow Row(string runId, VectorKind vectors, WorkerEvent.Spectrum e) => new()
    {
        RunId = runId,
        Vectors = vectors,
        Step = e.Step,
        Time = e.Time,
        Dimensions = e.Measured.Dimensions,
        Samples = e.Measured.Samples,
        RankMe = e.Measured.RankMe,
        Ranks = e.Measured.Ranks,
        Eigenvalues = e.Measured.Eigenvalues,
    };
}
