using PatchSsl.Core.Jobs;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Reports the losses every few steps. Only those steps wait for the device, once: losses between them are kept where they are.</summary>
internal sealed class StepReports(IJobReporter reporter, int every, int patchesAStep, TimeProvider time) : IDisposable
{
    private readonly List<(long Step, Tensor Loss)> _pending = [];
    private long _reportedAt = time.GetTimestamp();

    /// <summary>Takes a step's losses, and reports when it is time to.</summary>
    /// <returns>The first step since the last report whose loss is not finite, or null.</returns>
    public long? Add(long step, long total, ObjectiveValue loss, double learningRate)
    {
        _pending.Add((step, loss.Total.detach().DetachFromDisposeScope()));
        if (step % every != 0 && step != total) return null;

        var (losses, parts) = Read([.. loss.Parts.Values]);                             // the wait
        var values = new Dictionary<string, double> { ["loss"] = losses[^1] };
        foreach (var (name, value) in loss.Parts.Keys.Zip(parts)) values[name] = value;
        values["learningRate"] = learningRate;
        values["patchesPerSecond"] = _pending.Count * patchesAStep / Math.Max(1e-9, time.GetElapsedTime(_reportedAt).TotalSeconds);
        reporter.Metrics(step, values);
        return Clear(losses);
    }

    /// <summary>Waits for the losses not yet looked at; the first step whose loss is not finite, or null.</summary>
    public long? FirstNotFinite() => Clear(Read([]).Losses);

    public void Dispose()
    {
        foreach (var (_, loss) in _pending) loss.Dispose();
        _pending.Clear();
    }

    private (float[] Losses, float[] Others) Read(Tensor[] others)
    {
        var values = HostSync.Read([.. _pending.Select(p => p.Loss), .. others]);
        return (values[.._pending.Count], values[_pending.Count..]);
    }

    private long? Clear(float[] losses)
    {
        var broken = Array.FindIndex(losses, loss => !float.IsFinite(loss));
        long? step = broken < 0 ? null : _pending[broken].Step;
        Dispose();
        _reportedAt = time.GetTimestamp();
        return step;
    }
}
