using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Training;

/// <summary>Counts what a run takes, from where its checkpoint left off.</summary>
internal sealed class CostMeter
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    private readonly ITrainingReporter reporter;
    private readonly TimeProvider time;
    private readonly string device;
    private readonly PeakMemory memory;
    private readonly long startedAt;
    private long patches, reportedAt;
    private TrainingCost? earlier;
    private bool isKnown = true;

    public CostMeter(ITrainingReporter reporter, TorchRuntime runtime, TimeProvider time)
    {
        (this.reporter, this.time, device, memory) = (reporter, time, runtime.Summary, new PeakMemory(runtime.IsCuda));
        startedAt = reportedAt = time.GetTimestamp();
    }

    /// <summary>All sittings up to now; null where those before kept no account.</summary>
    public TrainingCost? SoFar => isKnown
        ? new TrainingCost(
            (earlier?.Patches ?? 0) + patches,
            (earlier?.Seconds ?? 0) + time.GetElapsedTime(startedAt).TotalSeconds,
            Math.Max(earlier?.PeakMemoryBytes ?? 0, memory.Bytes()),
            Devices())
        : null;

    /// <summary>Goes on from a checkpoint, which may be one that has no account.</summary>
    public void GoOnFrom(TrainingCost? cost) => (earlier, isKnown) = (cost, cost is not null);

    /// <summary>Counts a step's patches; now and then says how much it is.</summary>
    public void Add(long count)
    {
        patches += count;
        if (time.GetElapsedTime(reportedAt) < ReportInterval) return;
        reportedAt = time.GetTimestamp();
        if (SoFar is { } cost) reporter.Cost(cost);
    }

    private string Devices() => earlier is null || earlier.Device.Split("; ").Contains(device)
        ? earlier?.Device ?? device
        : $"{earlier.Device}; {device}";
}
