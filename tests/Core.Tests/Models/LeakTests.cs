using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using TorchSharp;

namespace PatchSsl.Core.Tests.Models;

/// <summary>Tensors made and not let go of would end a long run: their number at the end of a step is constant.</summary>
public sealed class LeakTests
{
    public static TheoryData<string> Names => [.. ObjectiveCatalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void Live_tensors_are_constant_over_steps(string name)
    {
        using var run = new TinyRun(ComputePlan.BFloat16(), objective: name);
        run.Steps(0, 2);
        var statistics = DisposeScopeManager.Statistics;
        var before = Live(statistics);
        run.Steps(2, 8);
        Assert.Equal(before, Live(statistics));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_model_made_and_disposed_leaves_nothing(string name)
    {
        var statistics = DisposeScopeManager.Statistics;
        using (var warm = new TinyRun(ComputePlan.Float32(), objective: name)) warm.Steps(0, 1);
        var before = Live(statistics);
        using (var run = new TinyRun(ComputePlan.Float32(), objective: name)) run.Steps(0, 1);
        Assert.Equal(before, Live(statistics));
    }

    [Fact]
    public void A_leak_would_be_seen()
    {
        var statistics = DisposeScopeManager.Statistics;
        var before = Live(statistics);
        using var leaked = torch.ones(1);
        Assert.NotEqual(before, Live(statistics));
    }

    // Per thread, so that tests beside this one are not counted.
    private static long Live(ThreadDisposeScopeStatistics statistics) => statistics.ThreadTotalLiveCount;
}
