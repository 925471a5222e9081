using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>Begins, cancels and removes comparisons.</summary>
public sealed class ComparisonService(ComparisonSteps steps, ComparisonLead lead, EvaluationService evaluations, JobService jobs, TimeProvider time)
{
    /// <summary>Checks a request in full, then begins.</summary>
    /// <exception cref="ProblemException">422 with everything that is wrong; where nothing else is, 404 for an unknown dataset, 409 for one that is not ready.</exception>
    public async Task<string> CreateAsync(PatchSslContext db, CreateComparison body, CancellationToken cancellationToken)
    {
        var filled = body.Filled() with { Seed = body.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) };
        var errors = new FieldErrors();
        ComparisonRules.Check(filled, errors);
        ProblemException? missing = null;
        try
        {
            ComparisonRules.Labels(filled, await db.Datasets.FindReadyAsync(body.DatasetId, cancellationToken), evaluations, errors);
        }
        catch (ProblemException e)
        {
            missing = e;
        }
        var runs = await RunsAsync(db, filled.Runs ?? [], errors, cancellationToken);
        if (missing is not null && errors.Any) errors.Add("datasetId", missing.Message);
        errors.Throw();
        if (missing is not null) throw missing;

        // A transaction of its own, unless the request has one already.
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        var row = new ComparisonRow
        {
            Id = Ids.Comparison(),
            Name = filled.Name.Trim(),
            DatasetId = filled.DatasetId,
            RequestJson = filled.ToJson(),
            State = JobState.Running,
            CreatedAt = time.GetUtcNow(),
        };
        (string Recipe, string? Run)[] parts = [.. filled.Recipes!.Select(recipe => (recipe, (string?)null)), .. runs.Select(r => (r.RecipeName, (string?)r.Id))];
        row.Parts.AddRange(parts.Select((part, i) =>
            new ComparisonPartRow { Id = Ids.ComparisonPart(), ComparisonId = row.Id, Position = i, Recipe = part.Recipe, RunId = part.Run }));
        db.Comparisons.Add(row);
        await steps.AdvanceAsync(db, row, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (transaction is not null) await transaction.CommitAsync(cancellationToken);
        jobs.Wake();
        return row.Id;
    }

    private static async Task<IReadOnlyList<RunRow>> RunsAsync(PatchSslContext db, IReadOnlyList<string> ids, FieldErrors errors, CancellationToken cancellationToken)
    {
        var found = await db.Runs.AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        for (var i = 0; i < ids.Count; i++)
        {
            if (!found.ContainsKey(ids[i])) errors.Add($"runs[{i}]", $"There is no run '{Problems.Shown(ids[i])}'.");
        }
        return [.. ids.Select(found.GetValueOrDefault).OfType<RunRow>()];
    }

    /// <summary>Asks a comparison to stop; once it has ended nothing happens.</summary>
    public async Task CancelAsync(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        await db.Comparisons.Where(c => c.Id == id && c.State == JobState.Running)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.State, JobState.Stopping), cancellationToken);
        lead.Wake();
    }

    /// <summary>Deletes a comparison's rows; its runs and evaluations stay.</summary>
    /// <exception cref="ProblemException">409: it is under way.</exception>
    public async Task DeleteAsync(PatchSslContext db, ComparisonRow row, CancellationToken cancellationToken)
    {
        if (!row.State.Ended()) throw new ProblemException(Problems.Conflict($"Comparison '{row.Id}' is under way; cancel it first."));
        var parts = await db.ComparisonParts.Where(p => p.ComparisonId == row.Id).Select(p => p.Id).ToListAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Log.Where(l => parts.Contains(l.ResourceId)).ExecuteDeleteAsync(cancellationToken);
        await db.Jobs.Where(j => parts.Contains(j.ResourceId)).ExecuteDeleteAsync(cancellationToken);
        await db.Comparisons.Where(c => c.Id == row.Id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
