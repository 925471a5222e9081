using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Models;

/// <summary>A model that can embed: a checkpoint's row with what its file says about it.</summary>
/// <param name="Path">Its checkpoint file.</param>
public sealed record EmbeddingModel(string Id, string Name, string RunId, long Step, string Path, string Sha256, ModelSpec Spec, DateTimeOffset CreatedAt)
{
    public Model ToContract() => new(
        Id, Name, "checkpoint", RunId, Step, Spec.EmbeddingDim, Spec.ProjectorHidden, Spec.ProjectionDim, Spec.InputSize, Spec.PatchScale, Sha256,
        CreatedAt);
}

/// <summary>Finds models. What a checkpoint says about itself never changes, so it is read once a process.</summary>
public sealed class ModelCatalog(DataDirectory data)
{
    private readonly ConcurrentDictionary<string, ModelSpec> _specs = new(StringComparer.Ordinal);

    /// <param name="id">A checkpoint's id, or a run's for its newest checkpoint.</param>
    /// <exception cref="ProblemException">404: neither exists, or the run has no checkpoint yet. 409: the file is damaged.</exception>
    public async Task<EmbeddingModel> Find(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        var row = await Row(db, id, cancellationToken) ?? throw new ProblemException(await Missing(db, id, cancellationToken));
        try
        {
            return Describe(row);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ProblemException(Problems.Conflict($"The checkpoint of model '{row.Id}' cannot be read: {Unreadable(e)}", "checkpoint_corrupt"));
        }
    }

    /// <summary>The models of some rows (with their run), damaged ones left out.</summary>
    public IReadOnlyList<Model> Readable(IEnumerable<CheckpointRow> rows)
    {
        List<Model> models = [];
        foreach (var row in rows)
        {
            try
            {
                models.Add(Describe(row).ToContract());
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                // It cannot embed, so it is none; asking for it by its id says why.
            }
        }
        return models;
    }

    private EmbeddingModel Describe(CheckpointRow row)
    {
        var path = data.Checkpoint(row.RunId, row.FileName);
        var spec = _specs.GetOrAdd(row.Id, _ => CheckpointFile.ReadInfo(path).Model);
        return new EmbeddingModel(row.Id, Name(row), row.RunId, row.Step, path, row.Sha256, spec, row.CreatedAt);
    }

    /// <summary>What people call a model.</summary>
    public static string Name(CheckpointRow? row) => row is null ? "" : $"{row.Run?.Name} · step {row.Step:N0}";

    private static async Task<CheckpointRow?> Row(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        var rows = db.Checkpoints.AsNoTracking().Include(c => c.Run);
        return await rows.FirstOrDefaultAsync(c => c.Id == id, cancellationToken)
            ?? await rows.Where(c => c.RunId == id).OrderByDescending(c => c.Step).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult> Missing(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)
            ? Problems.Conflict($"Run '{id}' has no checkpoint yet.")
            : Problems.NotFound("model", id);

    /// <summary>A file's fault without its path.</summary>
    private static string Unreadable(Exception e) => e is InvalidDataException ? e.Message : "the file is missing or cannot be opened.";
}
