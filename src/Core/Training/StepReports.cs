using PatchSsl.Core.Jobs;
using PatchSsl.Core.Objectives;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Reports the losses every few steps. Only those steps wait for the device: losses between them are kept where they are.</summary>
internal sealed class StepReports(IJobReporter reporter, int every, int patchesAStep, TimeProvider time) : IDisposable
{
    private readonly List<(long Step, Tensor Loss)> pending = [];
    private long reportedAt = time.GetTimestamp();

    /// <summary>Takes a step's losses, and reports when it is time to.</summary>
    /// <returns>The first step since the last report whose loss is not finite, or null.</returns>
    public long? Add(long step, long total, ObjectiveValue loss, double learningRate)
    {
        pending.Add((step, loss.Total.detach().DetachFromDisposeScope()));
        if (step % every != 0 && step != total) return null;

        var values = new Dictionary<string, double> { ["loss"] = loss.Total.item<float>() };   // the wait
        foreach (var (name, part) in loss.Parts) values[name] = part.item<float>();
        values["learningRate"] = learningRate;
        values["patchesPerSecond"] = pending.Count * patchesAStep / Math.Max(1e-9, time.GetElapsedTime(reportedAt).TotalSeconds);
        reporter.Metrics(step, values);
        return FirstNotFinite();
    }

    /// <summary>Waits for the losses not yet looked at; the first step whose loss is not finite, or null.</summary>
    public long? FirstNotFinite()
    {
        long? broken = null;
        foreach (var (step, loss) in pending)
        {
            if (broken is null && !float.IsFinite(loss.item<float>())) broken = step;
            loss.Dispose();
        }
        pending.Clear();
        reportedAt = time.GetTimestamp();
        return broken;
    }

    public void Dispose()
    {
        foreach (var (_, loss) in pending) loss.Dispose();
        pending.Clear();
    }
}
