using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Training;

/// <summary>A run that was interrupted ends as if it had not been.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("float32", "emp-ssl", "lars", "fixed")]
    [InlineData("bf16", "emp-ssl", "adamw", "fixed")]
    [InlineData("bf16", "vicreg", "lars", "multi")]
    [InlineData("bf16", "byol", "lars", "fixed")]
    [InlineData("float32", "byol", "adamw", "multi")]
    public void A_resumed_run_equals_an_unbroken_one_bit_for_bit(string precision, string objective, string optimiser, string sampling)
    {
        var recipe = TrainingFixture.Recipe with
        {
            Objective = objective,
            Sampling = sampling,
            Optimiser = optimiser,
            LearningRate = optimiser == "adamw" ? .01 : .3,
            TargetMomentum = .8,
        };
        var (_, whole) = TrainingFixture.Train(_fixture.Spec("whole", recipe), precision);
        var (_, again) = TrainingFixture.Train(_fixture.Spec("again", recipe), precision);
        // The control: without it, equality below would be luck.
        Assert.Equal(whole.Repeatable, again.Repeatable);
        Assert.Equal(_fixture.Content("whole", 12), _fixture.Content("again", 12));

        var (first, before) = TrainingFixture.Train(_fixture.Spec("broken", recipe), precision, stopAt: 6);
        Assert.Equal((6, true), (first.Steps, first.Stopped));
        var (second, after) = TrainingFixture.Train(_fixture.Spec("broken", recipe, before.Saved[^1].File), precision);
        Assert.Equal((12, false), (second.Steps, second.Stopped));

        Assert.Equal(whole.Repeatable, [.. before.Repeatable, .. after.Repeatable]);
        Assert.Equal(_fixture.Content("whole", 12), _fixture.Content("broken", 12));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        var recipe = TrainingFixture.Recipe with { CheckpointEverySteps = 3 };
        TrainingFixture.Train(_fixture.Spec("run", recipe));
        var newest = _fixture.Checkpoint("run", 12);
        var content = _fixture.Content("run", 12);
        using (var file = File.OpenWrite(newest)) file.SetLength(file.Length - 1);

        var (result, seen) = TrainingFixture.Train(_fixture.Spec("run", recipe, Path.GetFileName(newest)));
        Assert.Equal(12, result.Steps);
        Assert.Contains(seen.Lines, line => line.StartsWith("Warning: A checkpoint was passed over", StringComparison.Ordinal));
        Assert.Contains(seen.Lines, line => line.Contains("Going on from step 9", StringComparison.Ordinal));
        Assert.Equal(content, _fixture.Content("run", 12));
    }

    [Fact]
    public void Without_a_whole_checkpoint_it_says_so_and_trains_nothing()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Checkpoint("run", 3))!);
        File.WriteAllText(_fixture.Checkpoint("run", 3), "no checkpoint");
        var failure = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(_fixture.Spec("run", resumeFrom: "step-000000003.safetensors")));
        Assert.StartsWith("No checkpoint to go on from.", failure.Message);
        Assert.Contains("step-000000003.safetensors", failure.Message);
    }

    [Fact]
    public void A_run_goes_on_with_its_own_recipe_and_seed_only()
    {
        TrainingFixture.Train(_fixture.Spec("run", TrainingFixture.Recipe with { MaxSteps = 2 }));
        const string file = "step-000000002.safetensors";
        foreach (var spec in new[] { _fixture.Spec("run", resumeFrom: file), _fixture.Spec("run", TrainingFixture.Recipe with { MaxSteps = 2 }, file, seed: 6) })
        {
            var failure = Assert.Throws<JobFailedException>(() => TrainingFixture.Train(spec));
            Assert.Contains("another recipe or seed", failure.Message);
        }
    }

    [Fact]
    public void A_finished_run_resumed_is_finished()
    {
        var (_, seen) = TrainingFixture.Train(_fixture.Spec("run"));
        var (result, again) = TrainingFixture.Train(_fixture.Spec("run", resumeFrom: seen.Saved[^1].File));
        Assert.Equal((12, false), (result.Steps, result.Stopped));
        Assert.Empty(again.Saved);
        Assert.Empty(again.Values);
    }
}
