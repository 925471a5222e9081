using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Runs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Comparisons;

/// <summary>A comparison's steps, each decided from the rows alone.</summary>
/// <remarks>
/// <code>
/// budget of minutes: the pace of every recipe ─▶ steps of each
/// then a recipe at a time:  train for its steps ─▶ evaluate by a sweep ─▶ the next
/// </code>
/// A recipe that fails is shown as such, and the others go on. One whose worker died is begun again, its run from the newest checkpoint.
/// </remarks>
public sealed class ComparisonSteps(RunService runs, EvaluationService evaluations, JobService jobs, TimeProvider time)
{
    private const int MostDeaths = 3;
    private const int LongestName = 200;

    /// <summary>Takes every step that can be taken now, and notes the end. Changes are left in <paramref name="db"/> for the caller to commit.</summary>
    /// <param name="comparison">Tracked, with its parts.</param>
    public async Task AdvanceAsync(PatchSslContext db, ComparisonRow comparison, CancellationToken cancellationToken)
    {
        var request = comparison.Request();
        var parts = comparison.Parts.OrderBy(p => p.Position).ToList();
        if (request.Budget?.Minutes is not null)
        {
            // :: Step 1: all paces before the first training, so that a plan of the whole is known early.
            foreach (var part in parts)
            {
                if (part is { Steps: null, State: ComparedState.Queued or ComparedState.Measuring } && !await MeasureAsync(db, comparison, request, part, cancellationToken)) return;
            }
        }

        // :: Step 2
        foreach (var part in parts)
        {
            if (!Ended(part) && !await TrainAndEvaluateAsync(db, comparison, request, part, cancellationToken)) return;
        }

        // :: Step 3
        comparison.FinishedAt = time.GetUtcNow();
        comparison.State = comparison.State == JobState.Stopping ? JobState.Stopped : parts.Exists(p => p.State == ComparedState.Ready) ? JobState.Completed : JobState.Failed;
        if (comparison.State == JobState.Failed) comparison.Error = "No recipe came to its end.";
    }

    /// <summary>True for a part that nothing more will be done for.</summary>
    public static bool Ended(ComparisonPartRow part) => part.State is ComparedState.Ready or ComparedState.Failed or ComparedState.Stopped;

    /// <returns>False while there is something to wait for.</returns>
    private async Task<bool> MeasureAsync(
        PatchSslContext db, ComparisonRow comparison, CreateComparison request, ComparisonPartRow part, CancellationToken cancellationToken)
    {
        var job = part.PaceJobId is null ? null : await db.Jobs.FirstOrDefaultAsync(j => j.Id == part.PaceJobId, cancellationToken);
        if (job is not null && IsUnderWay(job)) return false;
        if (job?.State == JobState.Completed)
        {
            var recipe = RecipeCatalog.Resolve(part.Recipe, request.OverridesOf(part.Recipe)).Recipe;
            if (recipe is null || part.SecondsAStep is not > 0) return Fail(part, "Its pace could not be measured.");
            (part.Steps, part.State) = (ComparisonRequests.Steps(request.Budget!, recipe, part.SecondsAStep), ComparedState.Queued);
            return true;
        }
        if (job?.State == JobState.Stopped || comparison.State == JobState.Stopping) return Stop(part);
        if (job?.State == JobState.Failed && job.Crashes == 0) return Fail(part, $"Its pace could not be measured: {job.Error}");
        if (job is not null && ++part.Deaths >= MostDeaths) return Fail(part, $"Its pace could not be measured: {job.Error}");
        (part.PaceJobId, part.State) = ((await jobs.EnqueueAsync(db, JobKind.Pace, part.Id, cancellationToken)).Id, ComparedState.Measuring);
        return false;
    }

    private async Task<bool> TrainAndEvaluateAsync(
        PatchSslContext db, ComparisonRow comparison, CreateComparison request, ComparisonPartRow part, CancellationToken cancellationToken)
    {
        if (part.RunId is null)
        {
            if (comparison.State == JobState.Stopping) return Stop(part);
            return await TryAsync(part, async () =>
            {
                part.Steps ??= ComparisonRequests.Steps(request.Budget!, RecipeCatalog.Resolve(part.Recipe, request.OverridesOf(part.Recipe)).Recipe!, null);
                var name = $"{comparison.Name} · {part.Recipe}";
                var run = new CreateRun(
                    name[..Math.Min(LongestName, name.Length)], comparison.DatasetId, part.Recipe, request.OverridesOf(part.Recipe, part.Steps.Value), request.Seed, ["comparison"]);
                (part.RunId, part.State) = ((await runs.CreateAsync(db, run, cancellationToken)).Id, ComparedState.Training);
            });
        }
        if (part.EvaluationId is not null) return await EvaluatedAsync(db, comparison, part, cancellationToken);
        if (!await TrainedAsync(db, comparison, request, part, cancellationToken)) return false;
        if (Ended(part)) return true;
        if (comparison.State == JobState.Stopping) return Stop(part);
        return await TryAsync(part, async () =>
        {
            var evaluation = await evaluations.CreateAsync(db, ComparisonRules.EvaluationOf(request, part.RunId), cancellationToken);
            (part.EvaluationId, part.State) = (evaluation.Id, ComparedState.Evaluating);
        });
    }

    /// <returns>False while it trains.</returns>
    private async Task<bool> TrainedAsync(
        PatchSslContext db, ComparisonRow comparison, CreateComparison request, ComparisonPartRow part, CancellationToken cancellationToken)
    {
        if (await db.Runs.FirstOrDefaultAsync(r => r.Id == part.RunId, cancellationToken) is not { } run) return Fail(part, "Its run was deleted.");
        var job = await db.Jobs.FirstAsync(j => j.Id == run.JobId, cancellationToken);
        // A run that was not begun here is not stopped here, and is taken as far as it came.
        if (request.Runs is not null) return comparison.State == JobState.Stopping || !IsUnderWay(job);
        if (IsUnderWay(job)) return false;
        switch (run.State)
        {
            case JobState.Completed:
                return true;
            case JobState.Stopped:
                return Stop(part);
            case JobState.Interrupted when comparison.State == JobState.Stopping:
                return Stop(part);
            case JobState.Interrupted when ++part.Deaths < MostDeaths:
                await runs.ResumeAsync(db, run, cancellationToken);
                return false;
            default:
                return Fail(part, run.Error ?? "Its run did not finish.");
        }
    }

    /// <returns>False while it is evaluated.</returns>
    private async Task<bool> EvaluatedAsync(PatchSslContext db, ComparisonRow comparison, ComparisonPartRow part, CancellationToken cancellationToken)
    {
        var evaluation = await db.Evaluations.FirstOrDefaultAsync(e => e.Id == part.EvaluationId, cancellationToken);
        if (evaluation is null) return Fail(part, "Its evaluation was deleted.");
        if (evaluation.State == ResourceState.Ready)
        {
            part.State = ComparedState.Ready;
            return true;
        }
        var job = await db.Jobs.FirstAsync(j => j.Id == evaluation.JobId, cancellationToken);
        if (IsUnderWay(job)) return false;
        if (job.State == JobState.Stopped || comparison.State == JobState.Stopping) return Stop(part);
        if (job.Crashes == 0 || ++part.Deaths >= MostDeaths) return Fail(part, evaluation.Error ?? "Its evaluation failed.");
        // The worker died: the same evaluation is computed anew.
        evaluation.JobId = (await jobs.EnqueueAsync(db, JobKind.Evaluate, evaluation.Id, cancellationToken)).Id;
        (evaluation.State, evaluation.Error) = (ResourceState.Queued, null);
        return false;
    }

    /// <summary>Makes a run or an evaluation; false, since it is to be waited for then. What is refused for good fails the part.</summary>
    /// <exception cref="ProblemException">503 or 507: the queue or the disk is full, and it is tried again.</exception>
    private static async Task<bool> TryAsync(ComparisonPartRow part, Func<Task> make)
    {
        try
        {
            await make();
            return false;
        }
        catch (ProblemException e) when (e.Problem.StatusCode < StatusCodes.Status500InternalServerError)
        {
            return Fail(part, e.Message);
        }
    }

    private static bool IsUnderWay(JobRow job) => !job.State.Ended() || job.ResumeOnStart;

    private static bool Fail(ComparisonPartRow part, string error)
    {
        (part.State, part.Error) = (ComparedState.Failed, error);
        return true;
    }

    private static bool Stop(ComparisonPartRow part)
    {
        part.State = ComparedState.Stopped;
        return true;
    }
}
