using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace PatchSsl.Api.Database;

/// <summary>Resources of one kind that use a thing.</summary>
/// <param name="Kind">What they are called.</param>
public sealed record Use(string Kind, int Count);

/// <summary>Who uses a dataset, a model or a run: the one place that knows. What is used is neither deleted nor pruned.</summary>
/// <remarks>A table that points at one of them with a key that restricts deletion has a line here; a test asks the database's model for such keys.</remarks>
public static class Uses
{
    private static readonly User[] OfDatasets =
    [
        User.Of<RunRow>("run", r => r.DatasetId),
        User.Of<IndexRow>("index", i => i.DatasetId),
        User.Of<EvaluationRow>("evaluation", e => e.DatasetId),
        User.Of<ExplanationRow>("explanation", x => x.DatasetId),
        User.Of<ComparisonRow>("comparison", c => c.DatasetId),
    ];

    private static readonly User[] OfModels =
    [
        User.Of<IndexRow>("index", i => i.ModelId),
        User.Of<EvaluationRow>("evaluation", e => e.ModelId),
        User.Of<ExplanationRow>("explanation", x => x.ModelId),
    ];

    /// <summary>The keys that are counted: the row that is used, and the one that uses it.</summary>
    public static IEnumerable<(Type Used, Type User)> Keys =>
        OfDatasets.Select(u => (typeof(DatasetRow), u.Row)).Concat(OfModels.Select(u => (typeof(ModelRow), u.Row)));

    /// <summary>What uses a dataset; empty for nothing.</summary>
    public static Task<IReadOnlyList<Use>> OfDatasetAsync(this PatchSslContext db, string id, CancellationToken cancellationToken) =>
        CountAsync(db, OfDatasets, key => key == id, cancellationToken);

    /// <summary>What was made with a model; empty for nothing.</summary>
    public static Task<IReadOnlyList<Use>> OfModelAsync(this PatchSslContext db, string id, CancellationToken cancellationToken) =>
        CountAsync(db, OfModels, key => key == id, cancellationToken);

    /// <summary>What was made with any checkpoint of a run; empty for nothing.</summary>
    public static Task<IReadOnlyList<Use>> OfRunAsync(this PatchSslContext db, string id, CancellationToken cancellationToken) =>
        CountAsync(db, OfModels, key => db.Checkpoints.Any(c => c.Id == key && c.RunId == id), cancellationToken);

    /// <summary>The checkpoints that nothing was made with.</summary>
    public static IQueryable<CheckpointRow> Unused(this IQueryable<CheckpointRow> checkpoints, PatchSslContext db)
    {
        foreach (var user in OfModels)
        {
            var used = user.Keys(db);
            checkpoints = checkpoints.Where(c => !used.Contains(c.Id));
        }
        return checkpoints;
    }

    /// <summary>Uses in words: <c>2 runs, 1 index</c>.</summary>
    public static string InWords(this IEnumerable<Use> uses) => string.Join(", ", uses.Select(u => $"{u.Count} {(u.Count == 1 ? u.Kind : Plural(u.Kind))}"));

    private static string Plural(string kind) => kind == "index" ? "indexes" : kind + "s";

    private static async Task<IReadOnlyList<Use>> CountAsync(
        PatchSslContext db, IEnumerable<User> users, Expression<Func<string, bool>> isUsed, CancellationToken cancellationToken)
    {
        List<Use> uses = [];
        foreach (var user in users)
        {
            var count = await user.Keys(db).CountAsync(isUsed, cancellationToken);
            if (count > 0) uses.Add(new Use(user.Kind, count));
        }
        return uses;
    }

    private sealed record User(string Kind, Type Row, Func<PatchSslContext, IQueryable<string>> Keys)
    {
        public static User Of<T>(string kind, Expression<Func<T, string>> key) where T : class =>
            new(kind, typeof(T), db => db.Set<T>().Select(key));
    }
}
