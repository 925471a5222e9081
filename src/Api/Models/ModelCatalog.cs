using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Checkpoints;

namespace PatchSsl.Api.Models;

/// <summary>Finds models, checkpoints and imported ones alike. What a file says about itself never changes, so it is read once a process.</summary>
public sealed class ModelCatalog(DataDirectory data)
{
    private readonly ConcurrentDictionary<string, CheckpointInfo> _infos = new(StringComparer.Ordinal);

    /// <param name="id">A model's id, or a run's for its newest checkpoint.</param>
    /// <exception cref="ProblemException">404: neither exists, or the run has no checkpoint yet. 409: the file is damaged.</exception>
    public async Task<EmbeddingModel> FindAsync(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        var row = await RowAsync(db, id, cancellationToken) ?? throw new ProblemException(await MissingAsync(db, id, cancellationToken));
        try
        {
            return Describe(row);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ProblemException(Problems.Conflict($"The checkpoint of model '{row.Id}' cannot be read: {Unreadable(e)}", "checkpoint_corrupt"));
        }
    }

    /// <summary>The model that an index's vectors are of: trained, or as it was before.</summary>
    /// <exception cref="ProblemException">As <see cref="FindAsync"/>.</exception>
    public async Task<EmbeddingModel> FindOfAsync(PatchSslContext db, IndexRow index, CancellationToken cancellationToken) =>
        await FindAsync(db, index.ModelId, cancellationToken) with { Untrained = index.Untrained };

    /// <summary>The models of some rows (with their run), damaged ones left out.</summary>
    public IReadOnlyList<Model> Readable(IEnumerable<ModelRow> rows)
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

    /// <summary>A model was deleted: whoever holds it lets it go.</summary>
    public event Action<string>? Forgotten;

    /// <summary>Lets go of what is known about a model that is deleted, and tells those who hold it.</summary>
    public void Forget(string id)
    {
        _infos.TryRemove(id, out _);
        Forgotten?.Invoke(id);
    }

    /// <summary>Models with what their names need.</summary>
    public static IQueryable<ModelRow> Rows(PatchSslContext db) => db.Models.AsNoTracking().Include(m => ((CheckpointRow)m).Run);

    /// <summary>What people call a model.</summary>
    public static string Name(ModelRow? row) => row switch
    {
        CheckpointRow checkpoint => $"{checkpoint.Run?.Name} · step {checkpoint.Step:N0}",
        ImportedModelRow imported => imported.Name,
        _ => "",
    };

    private EmbeddingModel Describe(ModelRow row)
    {
        var path = data.File(row);
        var info = _infos.GetOrAdd(row.Id, _ => CheckpointFile.ReadInfo(path));
        return new EmbeddingModel(row, Name(row), path, info);
    }

    private static async Task<ModelRow?> RowAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await Rows(db).FirstOrDefaultAsync(m => m.Id == id, cancellationToken)
        ?? await db.Checkpoints.AsNoTracking().Include(c => c.Run).Where(c => c.RunId == id).OrderByDescending(c => c.Step).FirstOrDefaultAsync(cancellationToken);

    private static async Task<ProblemHttpResult> MissingAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)
            ? Problems.Conflict($"Run '{id}' has no checkpoint yet.")
            : Problems.NotFound("model", id);

    /// <summary>A file's fault without its path.</summary>
    private static string Unreadable(Exception e) => e is InvalidDataException ? e.Message : "the file is missing or cannot be opened.";
}
