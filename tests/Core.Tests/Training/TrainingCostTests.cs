using Microsoft.Extensions.Time.Testing;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Training;

/// <summary>What a run took is counted over its sittings, and only while it was at work.</summary>
public sealed class TrainingCostTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_time_a_run_stood_still_is_left_out()
    {
        var first = Train("run", stopAt: 6);
        var half = CheckpointFile.ReadInfo(_fixture.Checkpoint("run", 6)).Cost!;
        Assert.Equal((6 * 24, 18.0), (half.Patches, half.Seconds));
        Assert.Equal(first.Costs[^1], half);

        _time.Advance(TimeSpan.FromHours(9));
        var second = Train("run", resumeFrom: first.Saved[^1].File);
        var whole = CheckpointFile.ReadInfo(_fixture.Checkpoint("run", 12)).Cost!;
        Assert.Equal((12 * 24, 36.0), (whole.Patches, whole.Seconds));
        Assert.Equal(second.Costs[^1], whole);
        Assert.Equal(TrainingFixture.Runtime().Summary, whole.Device);
        Assert.InRange(whole.PeakMemoryBytes, half.PeakMemoryBytes, 1L << 40);
        Assert.InRange(half.PeakMemoryBytes, Environment.WorkingSet / 4, 1L << 40);
    }

    [Fact]
    public void It_is_told_while_the_run_goes_on_and_only_grows()
    {
        var seen = Train("run");
        Assert.True(seen.Costs.Count > 10, $"told {seen.Costs.Count} times");
        Assert.Equal(seen.Costs.Select(c => c.Patches).Order(), seen.Costs.Select(c => c.Patches));
        Assert.Equal(seen.Costs.Select(c => c.Seconds).Order(), seen.Costs.Select(c => c.Seconds));
        Assert.Equal(seen.Costs.Select(c => c.PeakMemoryBytes).Order(), seen.Costs.Select(c => c.PeakMemoryBytes));
    }

    [Fact]
    public void Sittings_on_two_devices_name_both()
    {
        var first = Train("run", stopAt: 6);
        Train("run", resumeFrom: first.Saved[^1].File, precision: "bf16");
        var cost = CheckpointFile.ReadInfo(_fixture.Checkpoint("run", 12)).Cost!;
        Assert.Equal($"{TrainingFixture.Runtime().Summary}; {TrainingFixture.Runtime("bf16").Summary}", cost.Device);
    }

    [Fact]
    public void A_run_whose_start_was_not_counted_has_no_account()
    {
        // As an older program left it.
        var first = Train("run", stopAt: 6);
        var path = _fixture.Checkpoint("run", 6);
        using (var reader = SafetensorsReader.Open(path))
        {
            var tensors = reader.Entries.Keys.Select(name => (name, reader.Read(name))).ToList();
            using var file = File.Create(path + ".old");
            SafetensorsWriter.Write(file, tensors, reader.Metadata.Where(m => m.Key != "cost").ToDictionary());
            tensors.ForEach(t => t.Item2.Dispose());
        }
        File.Move(path + ".old", path, overwrite: true);

        var second = Train("run", resumeFrom: first.Saved[^1].File);
        Assert.Empty(second.Costs);
        Assert.Null(CheckpointFile.ReadInfo(_fixture.Checkpoint("run", 12)).Cost);
    }

    /// <summary>A step takes three seconds.</summary>
    private TrainingRecorder Train(string run, long? stopAt = null, string? resumeFrom = null, string precision = "float32")
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new TrainingRecorder
        {
            OnProgress = done =>
            {
                _time.Advance(TimeSpan.FromSeconds(3));
                if (done == stopAt) stop.Cancel();
            },
        };
        TrainingRun.Run(_fixture.Spec(run, resumeFrom: resumeFrom), TrainingFixture.Runtime(precision), seen, stop.Token, _time);
        return seen;
    }
}
