using PatchSsl.Core.Optimisers;

namespace PatchSsl.Core.Tests.Training;

public sealed class CosineScheduleTests
{
    [Fact]
    public void Without_warm_up_it_is_half_a_cosine()
    {
        var schedule = new CosineSchedule(0.3, 100);
        Assert.Equal(0.3, schedule.At(0));
        Assert.Equal(0.15, schedule.At(50), 1e-15);
        Assert.Equal(0.3 * 0.5 * (1 + Math.Cos(Math.PI * 0.99)), schedule.At(99), 1e-15);
        Assert.Equal(0, schedule.At(100));
        Assert.Equal(0, schedule.At(1_000_000));
    }

    [Fact]
    public void Warm_up_rises_to_the_base_rate_and_wastes_no_step()
    {
        var schedule = new CosineSchedule(1, 20, WarmupSteps: 4, FinalRate: 0.1);
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(s => schedule.At(s)));
        Assert.Equal(0.55, schedule.At(12), 1e-15);
        Assert.Equal(0.1, schedule.At(20));
    }

    [Fact]
    public void All_warm_up_is_allowed()
    {
        var schedule = new CosineSchedule(1, 2, WarmupSteps: 2);
        Assert.Equal([0.5, 1, 0], Enumerable.Range(0, 3).Select(s => schedule.At(s)));
    }
}
