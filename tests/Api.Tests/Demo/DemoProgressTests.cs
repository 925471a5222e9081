using Microsoft.Extensions.Time.Testing;
using PatchSsl.Api.Demo;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Demo;

public sealed class DemoProgressTests
{
    private readonly FakeTimeProvider _time = new();

    private static DemoStatus At(string step, Progress? progress = null) =>
        new(JobState.Running, step, progress, null, null, null, null, null, null);

    [Fact]
    public void A_stage_that_ended_is_told_in_a_line_with_its_seconds()
    {
        var stages = new DemoProgress(_time, 200);

        Assert.Null(stages.Ended(At("generating")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(stages.Ended(At("generating", new Progress(500, 2_000, "images", 500, 3))));
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal("Generating images: 2,000 images in 3.5 s", stages.Ended(At("training")));
        Assert.Null(stages.Ended(At("training")));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("Training on patches: 10.0 s", stages.Ended(At("indexing"))); // nobody saw how many
    }

    [Fact]
    public void The_last_stage_is_told_when_all_is_done()
    {
        var stages = new DemoProgress(_time, 200);
        stages.Ended(At("evaluating", new Progress(10, 20, "images", null, null)));
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal("Evaluating: 4.0 s", stages.Ended(At("done")));
        Assert.Null(stages.Ended(At("done")));
    }

    [Fact]
    public void Beside_a_bar_stands_the_rate_once_it_is_measured()
    {
        var stages = new DemoProgress(_time, 200);

        Assert.Equal("Training on patches", stages.Beside("Training on patches", new Progress(1, 100, "steps", null, null)));
        Assert.Equal("Training on patches, 3,100 patches/s", stages.Beside("Training on patches", new Progress(9, 100, "steps", 15.5, 6)));
        Assert.Equal("Generating images, 812 images/s", stages.Beside("Generating images", new Progress(9, 100, "images", 812.3, 1)));
    }

    [Fact]
    public void A_share_is_none_while_the_total_is_unknown()
    {
        Assert.Equal(0, DemoProgress.Share(null));
        Assert.Equal(0, DemoProgress.Share(new Progress(3, 0, "images", null, null)));
        Assert.Equal(.25, DemoProgress.Share(new Progress(1, 4, "images", null, null)));
    }
}
