using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;

namespace PatchSsl.Api.Runs;

/// <summary>Keeps the rows of a run's checkpoints and their files in step.</summary>
public sealed class CheckpointFiles(DataDirectory data, ModelCatalog models, TimeProvider time)
{
    private const string Prefix = "step-", Suffix = ".safetensors";

    /// <summary>Checkpoints that are kept, the newest first; one that anything was made with stays as well.</summary>
    private const int Kept = 3;

    /// <summary>
    /// Before a worker starts: removes what a killed one left half-written, takes in a file that was complete but not yet listed, and drops
    /// rows whose file is gone.
    /// </summary>
    public async Task ReconcileAsync(PatchSslContext db, string runId, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(data.Checkpoint(runId, "x"))!;
        Directory.CreateDirectory(folder);
        var rows = await db.Checkpoints.Where(c => c.RunId == runId).ToListAsync(cancellationToken);
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (StepOf(file.Name) is not { } step) file.Delete();
            else if (rows.All(r => r.Step != step)) db.Checkpoints.Add(await ReadAsync(runId, step, file, cancellationToken));
        }
        db.Checkpoints.RemoveRange(rows.Where(r => !File.Exists(data.Checkpoint(runId, r.FileName))));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>After a newer one is committed: rows of old ones first, then their files.</summary>
    public async Task PruneAsync(PatchSslContext db, string runId, CancellationToken cancellationToken)
    {
        var old = await db.Checkpoints.Where(c => c.RunId == runId).OrderByDescending(c => c.Step).Skip(Kept).Unused(db)
            .ToListAsync(cancellationToken);
        if (old.Count == 0) return;
        db.Checkpoints.RemoveRange(old);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var checkpoint in old)
        {
            models.Forget(checkpoint.Id);
            File.Delete(data.Checkpoint(runId, checkpoint.FileName));
        }
    }

    private async Task<CheckpointRow> ReadAsync(string runId, long step, FileInfo file, CancellationToken cancellationToken)
    {
        await using var content = file.OpenRead();
        return new CheckpointRow
        {
            Id = Ids.Checkpoint(),
            RunId = runId,
            Step = step,
            FileName = file.Name,
            Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)),
            Bytes = file.Length,
            CreatedAt = time.GetUtcNow(),
        };
    }

    private static long? StepOf(string fileName) =>
        fileName.StartsWith(Prefix, StringComparison.Ordinal) && fileName.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(fileName.AsSpan(Prefix.Length, fileName.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;
}
