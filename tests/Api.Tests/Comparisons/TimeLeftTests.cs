using PatchSsl.Api.Comparisons;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Comparisons;

public sealed class TimeLeftTests
{
    private static TimedPart Part(ComparedState state, double? planned = null, double? trained = null, double? evaluated = null, double? eta = null) =>
        new(state, planned, trained, evaluated, eta);

    [Fact]
    public void A_budget_of_minutes_is_known_from_the_start() =>
        Assert.Equal(1_200, TimeLeft.Of(new(Minutes: 10), [Part(ComparedState.Measuring), Part(ComparedState.Queued)]));

    [Fact]
    public void What_has_ended_tells_of_what_is_to_come()
    {
        TimedPart[] parts =
        [
            Part(ComparedState.Ready, trained: 100, evaluated: 20), Part(ComparedState.Evaluating, trained: 200, eta: 5),
            Part(ComparedState.Queued), Part(ComparedState.Failed),
        ];
        Assert.Equal(5 + 150 + 20, TimeLeft.Of(new(Steps: 500), parts));
    }

    [Fact]
    public void The_job_at_work_knows_best() =>
        Assert.Equal(70, TimeLeft.Of(new(Minutes: 5), [Part(ComparedState.Training, planned: 300, eta: 70)]));

    [Fact]
    public void What_cannot_be_told_is_not_told() =>
        Assert.Null(TimeLeft.Of(new(Steps: 500), [Part(ComparedState.Training, eta: 3), Part(ComparedState.Queued)]));

    [Fact]
    public void Nothing_is_left_at_the_end() =>
        Assert.Equal(0, TimeLeft.Of(new(Patches: 500), [Part(ComparedState.Ready, trained: 3, evaluated: 2), Part(ComparedState.Stopped)]));
}
