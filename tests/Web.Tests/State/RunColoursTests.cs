using PatchSsl.Web.State;

namespace PatchSsl.Web.Tests.State;

public sealed class RunColoursTests
{
    [Fact]
    public void Runs_have_a_colour_each_as_far_as_there_are_any()
    {
        var ids = Enumerable.Range(0, RunColours.Count).Select(i => $"run_{i * 7919}").ToList();
        Assert.Equal(RunColours.Count, RunColours.Of(ids).Values.Distinct().Count());
        Assert.Equal(40, RunColours.Of(Enumerable.Range(0, 40).Select(i => $"run_{i}")).Count);
    }

    [Fact]
    public void A_run_alone_has_the_colour_it_has_beside_others() =>
        Assert.Equal(RunColours.Of(["run_abc"])["run_abc"], RunColours.Of(["run_abc", "run_def", "run_ghi"])["run_abc"]);
}
