using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Training;

/// <summary>Counts what a run takes, from where its checkpoint left off.</summary>
internal sealed class CostMeter
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    private readonly ITrainingReporter _reporter;
    private readonly TimeProvider _time;
    private readonly string _device;
    private readonly PeakMemory _memory;
    private readonly long _startedAt;
    private long _patches, _reportedAt;
    private TrainingCost? _earlier;
    private bool _isKnown = true;

    public CostMeter(ITrainingReporter reporter, TorchRuntime runtime, TimeProvider time)
    {
        (_reporter, _time, _device, _memory) = (reporter, time, runtime.Summary, new PeakMemory(runtime.IsCuda));
        _startedAt = _reportedAt = time.GetTimestamp();
    }

    /// <summary>All sittings up to now; null where those before kept no account.</summary>
    public TrainingCost? SoFar => _isKnown
        ? new TrainingCost(
            (_earlier?.Patches ?? 0) + _patches,
            (_earlier?.Seconds ?? 0) + _time.GetElapsedTime(_startedAt).TotalSeconds,
            Math.Max(_earlier?.PeakMemoryBytes ?? 0, _memory.Bytes()),
            Devices())
        : null;

    /// <summary>Goes on from a checkpoint, which may be one that has no account.</summary>
    public void GoOnFrom(TrainingCost? cost) => (_earlier, _isKnown) = (cost, cost is not null);

    /// <summary>Counts a step's patches; now and then says how much it is.</summary>
    public void Add(long count)
    {
        _patches += count;
        if (_time.GetElapsedTime(_reportedAt) < ReportInterval) return;
        _reportedAt = _time.GetTimestamp();
        if (SoFar is { } cost) _reporter.Cost(cost);
    }

    private string Devices() => _earlier is null || _earlier.Device.Split("; ").Contains(_device)
        ? _earlier?.Device ?? _device
        : $"{_earlier.Device}; {_device}";
}
