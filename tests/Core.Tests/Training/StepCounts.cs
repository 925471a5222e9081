using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training;
using TorchSharp;

namespace PatchSsl.Core.Tests.Training;

/// <summary>What a training step costs, counted instead of timed: waits for the device, tensors alive after it, tensors made in it.</summary>
/// <remarks>All of this thread, so that tests beside this one are not counted. A made tensor stands for an operator call.</remarks>
internal sealed class StepCounts
{
    private readonly List<(long Waits, long Alive, long Made)> _marks = [];

    /// <summary>Of each step but the first.</summary>
    public IReadOnlyList<long> Waits => Differences(m => m.Waits);

    public IReadOnlyList<long> Made => Differences(m => m.Made);

    /// <param name="meanwhile">Done within every step, to see that it is counted.</param>
    public static StepCounts Of(TrainingSpec spec, string precision = "bf16", Action? meanwhile = null)
    {
        var counts = new StepCounts();
        var seen = new TrainingRecorder
        {
            OnProgress = _ =>
            {
                meanwhile?.Invoke();
                counts.Mark();
            },
        };
        TrainingRun.Run(spec, TrainingFixture.Runtime(precision), seen, TestContext.Current.CancellationToken);
        return counts;
    }

    /// <summary>The guard against leaks: as many tensors are alive after every step that reported, which lets go of the losses kept until then.</summary>
    public void AssertNothingLeaks(int reportEvery) => Assert.Single(_marks.Where((_, step) => (step + 1) % reportEvery == 0).Select(m => m.Alive).Distinct());

    private void Mark()
    {
        var statistics = DisposeScopeManager.Statistics;
        _marks.Add((HostSync.Count, statistics.ThreadTotalLiveCount, statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount));
    }

    private long[] Differences(Func<(long Waits, long Alive, long Made), long> of) => [.. _marks.Skip(1).Zip(_marks, (after, before) => of(after) - of(before))];
}
