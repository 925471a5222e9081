using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using TorchSharp;

namespace PatchSsl.Core.Tests.Models;

/// <summary>Tensors made and not let go of would end a long run: their number at the end of a step is constant.</summary>
public sealed class LeakTests
{
    [Theory]
    [InlineData("emp-ssl")]
    [InlineData("vicreg")]
    public void Live_tensors_are_constant_over_steps(string name)
    {
        IObjective objective = name == "vicreg" ? new VicReg(name, 25, 25, 1) : new EmpSsl(200, 1, 0.2);
        using var run = new TinyRun(ComputePlan.BFloat16(), objective: objective);
        run.Steps(0, 2);
        var statistics = DisposeScopeManager.Statistics;
        var before = Live(statistics);
        run.Steps(2, 8);
        Assert.Equal(before, Live(statistics));
    }

    [Fact]
    public void A_model_made_and_disposed_leaves_nothing()
    {
        var statistics = DisposeScopeManager.Statistics;
        using (var warm = new TinyRun(ComputePlan.Float32())) warm.Steps(0, 1);
        var before = Live(statistics);
        using (var run = new TinyRun(ComputePlan.Float32())) run.Steps(0, 1);
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
