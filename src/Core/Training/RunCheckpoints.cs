using System.Globalization;
using System.Text.Json;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>A run's checkpoints: when one is due, how it is named, and where to go on from.</summary>
/// <remarks>
/// Only adds files, each whole under its final name, and reports it once it is durable. Old ones are deleted by who keeps the list of them,
/// since an index or an evaluation may still name one.
/// A training step pays for a copy of the state on the host; a thread of its own hashes, writes and syncs the copy meanwhile. There is one
/// copy and at most one write: a checkpoint that is due before the last one is durable waits for it, so that which steps are saved does
/// not depend on the disk. All reports come from the thread that trains.
/// </remarks>
internal sealed class RunCheckpoints : IDisposable
{
    private const string Prefix = "step-", Suffix = ".safetensors";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TrainingSpec _spec;
    private readonly TorchRuntime _runtime;
    private readonly Learner _learner;
    private readonly ITrainingReporter _reporter;
    private readonly CostMeter _cost;
    private readonly TimeProvider _time;
    private readonly string _directory;
    private readonly StateCopy _copy;
    private long _takenStep, _takenAt, _savedStep;                                         // copied or on its way; durable
    private CheckpointWrite? _write;

    public RunCheckpoints(TrainingSpec spec, TorchRuntime runtime, Learner learner, ITrainingReporter reporter, CostMeter cost, TimeProvider time)
    {
        (_spec, _runtime, _learner, _reporter, _cost, _time) = (spec, runtime, learner, reporter, cost, time);
        _directory = Path.Combine(spec.RunDirectory, "checkpoints");
        Directory.CreateDirectory(_directory);
        // Left by a process that was killed while it wrote.
        foreach (var leftover in Directory.EnumerateFiles(_directory, "*.tmp")) File.Delete(leftover);
        _copy = new StateCopy(State(), runtime.Device);
        _takenAt = time.GetTimestamp();
    }

    /// <summary>Puts the learner into the state of the checkpoint the job names; returns its step, 0 for a new run.</summary>
    /// <remarks>Where that one is damaged or gone, the newest whole one before it is taken, and said so.</remarks>
    /// <exception cref="JobFailedException">There is none to go on from, or it belongs to another run.</exception>
    public long Restore()
    {
        if (_spec.ResumeFrom is not { } wanted) return 0;
        var troubles = new List<string>();
        foreach (var path in Candidates(wanted))
        {
            try
            {
                var info = CheckpointFile.Restore(path, _learner.Model, _learner.Optimiser, _learner.Companions);
                Check(info, path);
                foreach (var trouble in troubles) _reporter.Log(JobLogLevel.Warning, trouble);
                _reporter.Log(JobLogLevel.Information, $"Going on from step {info.Step} ({Path.GetFileName(path)}).");
                _cost.GoOnFrom(info.Cost);
                _savedStep = _takenStep = info.Step;
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
    public bool IsDue(long step) => step > _takenStep
        && ((_spec.Recipe.CheckpointEverySteps > 0 && step - _takenStep >= _spec.Recipe.CheckpointEverySteps)
            || (_spec.Recipe.CheckpointEverySeconds > 0 && _time.GetElapsedTime(_takenAt).TotalSeconds >= _spec.Recipe.CheckpointEverySeconds));

    /// <summary>Sends the state after a step on its way to the disk, unless it went before; waits for the device, and for a write still under way.</summary>
    /// <param name="last">True where no step follows: nothing is copied, and the file is durable on return.</param>
    /// <exception cref="JobFailedException">The weights are not finite, or a file could not be made durable. The one before stays.</exception>
    public void Save(long step, bool last = false)
    {
        Settle(wait: true);
        if (step == _takenStep) return;
        if (!WeightsAreFinite()) throw new JobFailedException($"The weights are NaN or infinite after step {step}; {Kept}.");
        var info = new CheckpointInfo(_learner.Model.Spec, step, _spec.Seed, JsonSerializer.Serialize(_spec.Recipe, Json))
        {
            Cost = _cost.SoFar,
            Extra = new Dictionary<string, string> { ["device"] = _runtime.Summary },
        };
        if (!last) _copy.Take();
        _write = new CheckpointWrite(Path.Combine(_directory, Name(step)), last ? [.. State()] : _copy.State, info);
        (_takenStep, _takenAt) = (step, _time.GetTimestamp());
        if (last) Settle(wait: true);
    }

    /// <summary>Reports the file that was under way, if it is durable by now.</summary>
    /// <param name="wait">Until it is.</param>
    /// <exception cref="JobFailedException">It could not be made durable. The one before stays.</exception>
    public void Settle(bool wait)
    {
        if (_write is not { } done || !done.IsDone(wait)) return;
        _write = null;
        var saved = Saved(done);
        _savedStep = done.Info.Step;
        _reporter.Checkpoint(_savedStep, Name(_savedStep), saved.Sha256, saved.Bytes);
        if (done.Info.Cost is { } spent) _reporter.Cost(spent);
    }

    /// <summary>What a failure can tell about what is left, once a write under way has ended.</summary>
    public string LastGood()
    {
        try
        {
            Settle(wait: true);
            return _savedStep > 0 ? $"The checkpoint of step {_savedStep} is kept." : "No checkpoint exists yet.";
        }
        catch (JobFailedException e)
        {
            return e.Message;
        }
    }

    /// <summary>Waits for a write under way, and reports it where the run ended otherwise.</summary>
    public void Dispose()
    {
        LastGood();
        _copy.Dispose();
    }

    private SavedFile Saved(CheckpointWrite done)
    {
        try
        {
            return done.Saved;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobFailedException($"The checkpoint of step {done.Info.Step} could not be saved ({e.Message}); {Kept}.", e);
        }
    }

    private string Kept => _savedStep > 0 ? $"the checkpoint of step {_savedStep} is kept" : "no checkpoint exists yet";

    private static string Name(long step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}{Suffix}");

    private IEnumerable<(string Name, Tensor Value)> State() => CheckpointFile.State(_learner.Model, _learner.Companions, _learner.Optimiser);

    private void Check(CheckpointInfo info, string path)
    {
        if (info.Seed != _spec.Seed || info.RecipeJson is null || JsonSerializer.Deserialize<Recipe>(info.RecipeJson, Json) != _spec.Recipe)
            throw new JobFailedException($"{Path.GetFileName(path)} was saved with another recipe or seed: a run goes on only with its own.");
        if (info.Extra.GetValueOrDefault("device") is { } device && device != _runtime.Summary)
            _reporter.Log(JobLogLevel.Warning, $"The run was on {device} and goes on on {_runtime.Summary}: results will agree statistically, not bit for bit.");
    }

    private IEnumerable<string> Candidates(string wanted)
    {
        var first = Path.Combine(_directory, Path.GetFileName(wanted));
        // Names hold the step with leading zeros: their order is that of the steps.
        var earlier = Directory.EnumerateFiles(_directory, Prefix + "*" + Suffix).Where(p => string.CompareOrdinal(p, first) < 0).OrderDescending(StringComparer.Ordinal);
        return earlier.Prepend(first);
    }

    private bool WeightsAreFinite()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return HostSync.Read(stack(_learner.Model.State().Concat(_learner.Companions.State()).Where(s => s.Value.is_floating_point()).Select(s => s.Value.sum())).isfinite().all());
    }
}
