using Microsoft.Extensions.Time.Testing;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Tests.State;

public sealed class RenderGateTests
{
    [Fact]
    public void Lets_five_renders_a_second_through_and_never_loses_the_last()
    {
        var time = new FakeTimeProvider();
        var (state, shown, renders) = (0, 0, 0);
        using var gate = new RenderGate(time, () => (shown, renders) = (state, renders + 1));
        for (var i = 0; i < 100; i++)
        {
            state++;
            gate.Request();
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(renders, 5, 6);
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(state, shown);
        var before = renders;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(before, renders);
    }
}
