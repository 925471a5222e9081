using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Models;

/// <summary>What lists of indexes, evaluations and reports have in common.</summary>
public static class ModelResources
{
    /// <summary>Fields that every such list filters by.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["dataset", "model", "run", "state"];

    /// <summary>Rows that fit the terms of <see cref="Fields"/> and whose dataset's name contains the text.</summary>
    /// <exception cref="ProblemException">400: a state is none.</exception>
    public static IQueryable<T> Fitting<T>(this IQueryable<T> rows, ListFilter filter) where T : class, IModelResource
    {
        foreach (var (field, value) in filter.Terms)
        {
            switch (field)
            {
                case "dataset":
                    rows = rows.Where(r => r.DatasetId == value);
                    break;
                case "model":
                    rows = rows.Where(r => r.ModelId == value);
                    break;
                case "run":
                    rows = rows.Where(r => ((CheckpointRow)r.Model!).RunId == value);
                    break;
                case "state":
                    var state = ListFilter.Enum<ResourceState>(field, value);
                    rows = rows.Where(r => r.State == state);
                    break;
            }
        }
        return filter.Text is { } text ? rows.Where(r => EF.Functions.Like(r.Dataset!.Name, ListFilter.Pattern(text), "\\")) : rows;
    }

    /// <summary>How far each row's job is.</summary>
    public static async Task<Func<T, Progress?>> ProgressOfAsync<T>(this PatchSslContext db, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class, IModelResource
    {
        var ids = rows.Select(r => r.JobId).ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        return row => jobs.GetValueOrDefault(row.JobId ?? "").ToProgress();
    }
}
