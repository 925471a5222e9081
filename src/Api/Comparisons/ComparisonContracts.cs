using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Runs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Comparisons;

/// <summary>Comparisons as the API shows them.</summary>
public static class ComparisonContracts
{
    /// <param name="rows">With their datasets and parts.</param>
    public static async Task<IReadOnlyList<ComparisonSummary>> ToSummariesAsync(
        PatchSslContext db, IReadOnlyList<ComparisonRow> rows, CancellationToken cancellationToken)
    {
        var shown = new List<ComparisonSummary>();
        foreach (var row in rows)
        {
            // Only one under way needs its jobs, for the time left; those are few.
            var made = row.State.Ended() ? null : await MadeAsync(db, row, cancellationToken);
            shown.Add(new ComparisonSummary(
                row.Id, row.Name, row.DatasetId, row.Dataset!.Name, row.State, row.Parts.Count(ComparisonSteps.Ended), row.Parts.Count,
                made is null ? null : TimeLeft.Of(row.Request().Budget, made.Select(Timed)), row.Error, row.CreatedAt, row.FinishedAt));
        }
        return shown;
    }

    public static async Task<Comparison> ToContractAsync(PatchSslContext db, ComparisonRow row, CancellationToken cancellationToken)
    {
        var request = row.Request();
        var made = await MadeAsync(db, row, cancellationToken);
        var rows = made.Select(m => ToContract(request, m)).ToList();
        var (common, own) = request.Runs is null ? (request.Overrides!, request.RecipeOverrides!) : OverridesOf(made);
        return new Comparison(
            row.Id, row.Name, row.DatasetId, row.Dataset!.Name, row.State, row.Parts.Count(ComparisonSteps.Ended), row.Parts.Count,
            row.State.Ended() ? null : TimeLeft.Of(request.Budget, made.Select(Timed)), row.Error, row.CreatedAt, row.FinishedAt, request.Budget,
            request.Evaluation!, request.Seed!.Value, common, own, rows, Claims.Of(rows));
    }

    /// <summary>A part with what was made for it.</summary>
    private sealed record Made(ComparisonPartRow Part, RunRow? Run, EvaluationRow? Evaluation, JobRow? PaceJob, JobRow? RunJob, JobRow? EvaluationJob);

    private static async Task<IReadOnlyList<Made>> MadeAsync(PatchSslContext db, ComparisonRow row, CancellationToken cancellationToken)
    {
        var parts = row.Parts.OrderBy(p => p.Position).ToList();
        var (runIds, evaluationIds) = (parts.Select(p => p.RunId).ToList(), parts.Select(p => p.EvaluationId).ToList());
        var runs = await db.Runs.AsNoTracking().Where(r => runIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        var evaluations = await db.Evaluations.AsNoTracking().Where(e => evaluationIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, cancellationToken);
        var jobIds = parts.Select(p => p.PaceJobId).Concat(runs.Values.Select(r => r.JobId)).Concat(evaluations.Values.Select(e => e.JobId)).ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => jobIds.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        return [.. parts.Select(p =>
        {
            var (run, evaluation) = (runs.GetValueOrDefault(p.RunId ?? ""), evaluations.GetValueOrDefault(p.EvaluationId ?? ""));
            return new Made(
                p, run, evaluation, jobs.GetValueOrDefault(p.PaceJobId ?? ""), jobs.GetValueOrDefault(run?.JobId ?? ""), jobs.GetValueOrDefault(evaluation?.JobId ?? ""));
        })];
    }

    private static ComparedRecipe ToContract(CreateComparison request, Made made)
    {
        var (part, evaluation) = (made.Part, made.Evaluation is { State: ResourceState.Ready } ready ? ready : null);
        var recipe = made.Run is { } begun ? JsonSerializer.Deserialize<Core.Recipes.Recipe>(begun.RecipeJson, WorkerEvent.Json)
            : RecipeCatalog.Resolve(part.Recipe, request.OverridesOf(part.Recipe)).Recipe;
        return new ComparedRecipe(
            part.Recipe, ComparisonRequests.Family(part.Recipe), recipe?.Sampling ?? "", part.State, made.Run?.Id, made.Evaluation?.Id,
            part.SecondsAStep, part.Steps ?? (request.Runs is null ? null : made.RunJob?.Done), JobOf(made).ToProgress(), evaluation?.Cost ?? (made.Run is { } run ? RunContracts.Cost(run) : null), evaluation?.Scores ?? [], evaluation?.Agreement ?? [],
            evaluation?.TrainImages ?? 0, evaluation?.TestImages ?? 0, evaluation is null ? null : Protocol(evaluation), Error(made), made.Run?.Name,
            evaluation?.ModelSha256);
    }

    /// <summary>Without the checkpoint's hash, so that rows evaluated alike say the same.</summary>
    private static string Protocol(EvaluationRow evaluation) => evaluation.Protocol.Replace($" Checkpoint SHA-256 {evaluation.ModelSha256}.", "", StringComparison.Ordinal);

    /// <summary>What runs that existed were given: what is the same in all, and the rest of each.</summary>
    private static (IReadOnlyDictionary<string, JsonElement> Common, IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Own) OverridesOf(IReadOnlyList<Made> made)
    {
        var given = made.Where(m => m.Run is not null).DistinctBy(m => m.Part.Recipe)
            .ToDictionary(m => m.Part.Recipe, m => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(m.Run!.OverridesJson, WorkerEvent.Json)!);
        if (given.Count == 0) return (new Dictionary<string, JsonElement>(), new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>());
        var common = given.Values.First().Where(f => given.Values.All(g => g.TryGetValue(f.Key, out var value) && value.GetRawText() == f.Value.GetRawText())).ToDictionary();
        return (common, given.ToDictionary(
            g => g.Key, IReadOnlyDictionary<string, JsonElement> (g) => g.Value.Where(f => !common.ContainsKey(f.Key)).ToDictionary()));
    }

    /// <summary>The job at work on a part.</summary>
    private static JobRow? JobOf(Made made) => made.Part.State switch
    {
        ComparedState.Measuring => made.PaceJob,
        ComparedState.Training => made.RunJob,
        ComparedState.Evaluating => made.EvaluationJob,
        _ => null,
    };

    private static string? Error(Made made) =>
        made.Part.State == ComparedState.Ready && made.Evaluation is null ? "Its evaluation was deleted." : made.Part.Error;

    private static TimedPart Timed(Made made) => new(
        made.Part.State, made.Part.Steps * made.Part.SecondsAStep, Seconds(made.RunJob), Seconds(made.EvaluationJob), JobOf(made)?.EtaSeconds);

    private static double? Seconds(JobRow? job) =>
        job is { State: JobState.Completed, StartedAt: { } start, FinishedAt: { } end } ? (end - start).TotalSeconds : null;
}
