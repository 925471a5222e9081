using System.Globalization;
using System.Text.Json;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>A run's checkpoints: when one is due, how it is named, and where to go on from.</summary>
/// <remarks>
/// Only adds files, each whole under its final name, and reports it once it is durable. Old ones are deleted by who keeps the list of them,
/// since an index or an evaluation may still name one.
/// </remarks>
internal sealed class RunCheckpoints
{
    private const string Prefix = "step-", Suffix = ".safetensors";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TrainingSpec spec;
    private readonly TorchRuntime runtime;
    private readonly Learner learner;
    private readonly IJobReporter reporter;
    private readonly CostMeter cost;
    private readonly TimeProvider time;
    private readonly string directory;
    private long savedStep, savedAt;

    public RunCheckpoints(TrainingSpec spec, TorchRuntime runtime, Learner learner, IJobReporter reporter, CostMeter cost, TimeProvider time)
    {
        (this.spec, this.runtime, this.learner, this.reporter, this.cost, this.time) = (spec, runtime, learner, reporter, cost, time);
        directory = Path.Combine(spec.RunDirectory, "checkpoints");
        Directory.CreateDirectory(directory);
        // Left by a process that was killed while it wrote.
        foreach (var leftover in Directory.EnumerateFiles(directory, "*.tmp")) File.Delete(leftover);
        savedAt = time.GetTimestamp();
    }

    /// <summary>Puts the learner into the state of the checkpoint the job names; returns its step, 0 for a new run.</summary>
    /// <remarks>Where that one is damaged or gone, the newest whole one before it is taken, and said so.</remarks>
    /// <exception cref="JobFailedException">There is none to go on from, or it belongs to another run.</exception>
    public long Restore()
    {
        if (spec.ResumeFrom is not { } wanted) return 0;
        var troubles = new List<string>();
        foreach (var path in Candidates(wanted))
        {
            try
            {
                var info = CheckpointFile.Restore(path, learner.Model, learner.Optimiser, learner.Companions);
                Check(info, path);
                foreach (var trouble in troubles) reporter.Log(JobLogLevel.Warning, trouble);
                reporter.Log(JobLogLevel.Information, $"Going on from step {info.Step} ({Path.GetFileName(path)}).");
                cost.GoOnFrom(info.Cost);
                savedStep = info.Step;
                return info.Step;
            }
            catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
            {
                troubles.Add($"A checkpoint was passed over: {e.Message}");
            }
        }
        throw new JobFailedException($"No checkpoint to go on from. {string.Join(" ", troubles)}");
    }

    /// <summary>True where so many seconds or steps have passed since the last one that another is due.</summary>
    public bool IsDue(long step) => step > savedStep
        && ((spec.Recipe.CheckpointEverySteps > 0 && step - savedStep >= spec.Recipe.CheckpointEverySteps)
            || (spec.Recipe.CheckpointEverySeconds > 0 && time.GetElapsedTime(savedAt).TotalSeconds >= spec.Recipe.CheckpointEverySeconds));

    /// <summary>Writes the state after a step, unless it is written already; waits for the device.</summary>
    /// <exception cref="JobFailedException">The weights are not finite, or the file could not be made durable. The one before stays.</exception>
    public void Save(long step)
    {
        if (step == savedStep) return;
        var kept = savedStep > 0 ? $"the checkpoint of step {savedStep} is kept" : "no checkpoint exists yet";
        if (!WeightsAreFinite()) throw new JobFailedException($"The weights are NaN or infinite after step {step}; {kept}.");
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}{Suffix}");
        try
        {
            var info = new CheckpointInfo(learner.Model.Spec, step, spec.Seed, JsonSerializer.Serialize(spec.Recipe, Json))
            {
                Cost = cost.SoFar,
                Extra = new Dictionary<string, string> { ["device"] = runtime.Summary },
            };
            var saved = CheckpointFile.Save(Path.Combine(directory, name), learner.Model, learner.Optimiser, info, learner.Companions);
            (savedStep, savedAt) = (step, time.GetTimestamp());
            reporter.Checkpoint(step, name, saved.Sha256, saved.Bytes);
            if (info.Cost is not null) reporter.Cost(info.Cost);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobFailedException($"The checkpoint of step {step} could not be saved ({e.Message}); {kept}.", e);
        }
    }

    /// <summary>What a failure can tell about what is left.</summary>
    public string LastGood => savedStep > 0 ? $"The checkpoint of step {savedStep} is kept." : "No checkpoint exists yet.";

    private void Check(CheckpointInfo info, string path)
    {
        if (info.Seed != spec.Seed || info.RecipeJson is null || JsonSerializer.Deserialize<Recipe>(info.RecipeJson, Json) != spec.Recipe)
            throw new JobFailedException($"{Path.GetFileName(path)} was saved with another recipe or seed: a run goes on only with its own.");
        if (info.Extra.GetValueOrDefault("device") is { } device && device != runtime.Summary)
            reporter.Log(JobLogLevel.Warning, $"The run was on {device} and goes on on {runtime.Summary}: results will agree statistically, not bit for bit.");
    }

    private IEnumerable<string> Candidates(string wanted)
    {
        var first = Path.Combine(directory, Path.GetFileName(wanted));
        // Names hold the step with leading zeros: their order is that of the steps.
        var earlier = Directory.EnumerateFiles(directory, Prefix + "*" + Suffix).Where(p => string.CompareOrdinal(p, first) < 0).OrderDescending(StringComparer.Ordinal);
        return earlier.Prepend(first);
    }

    private bool WeightsAreFinite()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return stack(learner.Model.State().Concat(learner.Companions.State()).Where(s => s.Value.is_floating_point()).Select(s => s.Value.sum())).isfinite().all().item<bool>();
    }
}
