using System.Diagnostics;
using PatchSsl.Core.Training;

namespace PatchSsl.Bench;

/// <summary>A training run that stands still between rounds of steps, so that other things can be timed in turn with it.</summary>
internal sealed class TurnedRun(TrainSetting setting, Action others) : TrainSetting.Silent
{
    private readonly CancellationTokenSource _stop = new();
    private long _startedAt;
    private double _seconds;

    /// <summary>Patches a second over all rounds together, a checkpoint among them.</summary>
    public static double Measure(TrainSetting setting, Action others)
    {
        var run = new TurnedRun(setting, others);
        TrainingRun.Run(setting.Spec("run"), setting.Runtime, run, run._stop.Token);
        return (double)setting.Rounds * setting.Steps * setting.PatchesAStep / run._seconds;
    }

    public override void Progress(long done, long total, string unit)
    {
        var measured = done - TrainSetting.WarmUp;
        if (measured < 0 || measured % setting.Steps != 0) return;
        if (measured > 0)
        {
            _seconds += Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;
            others();
        }
        if (measured == (long)setting.Rounds * setting.Steps) _stop.Cancel();
        _startedAt = Stopwatch.GetTimestamp();
    }
}
