using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Training;

/// <summary>Guards against slower and leaking steps that need no clock.</summary>
public sealed class StepCountTests : IDisposable
{
    /// <summary>
    /// Most tensors a step may make. It was 281 to 293 when this was written, 357 with a target network, which is one more forward pass; the room
    /// is for a term more in an objective. Patches and their colours make a handful, since a CPU changes them where they are: by tensors they
    /// made 330 more.
    /// </summary>
    private const int MostMade = 310, MostMadeWithTarget = 380;

    private const int Steps = 8, ReportEvery = 3;

    private readonly TrainingFixture _fixture = new();

    public static TheoryData<string> Names => [.. RecipeCatalog.All.Select(r => r.Name)];

    public void Dispose() => _fixture.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_step_waits_only_to_report_leaks_nothing_and_makes_few_tensors(string name)
    {
        var recipe = Narrow(RecipeCatalog.Find(name)!.Recipe);
        var counts = StepCounts.Of(_fixture.Spec("run", recipe));
        //   step          2  3  4  5  6  7  8: steps 3, 6 and the last report, with one wait for all their values
        Assert.Equal([0L, 1, 0, 0, 1, 0, 1], counts.Waits);
        counts.AssertNothingLeaks(ReportEvery);
        Assert.All(counts.Made, made => Assert.InRange(made, 1, recipe.Objective == "byol" ? MostMadeWithTarget : MostMade));
    }

    [Fact]
    public void A_checkpoint_waits_for_the_losses_for_what_is_finite_and_for_the_copy()
    {
        var recipe = Narrow(RecipeCatalog.Find("emp-ssl")!.Recipe) with { MetricsEvery = 100, CheckpointEverySteps = 4 };
        // Saved after step 4 is said to be done: the wait shows up in the step after.
        Assert.Equal([0L, 0, 0, 3, 0, 0, 1], StepCounts.Of(_fixture.Spec("run", recipe)).Waits);
    }

    [Fact]
    public void A_leak_or_a_wait_within_a_step_would_be_seen()
    {
        var recipe = Narrow(RecipeCatalog.Find("quick")!.Recipe);
        var leaked = new List<Tensor>();
        var leaking = StepCounts.Of(_fixture.Spec("leaks", recipe), meanwhile: () => leaked.Add(ones(1).DetachFromDisposeScope()));
        leaked.ForEach(t => t.Dispose());
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => leaking.AssertNothingLeaks(ReportEvery));

        var waiting = StepCounts.Of(_fixture.Spec("waits", recipe), meanwhile: () => HostSync.Read([ones([])]));
        Assert.All(waiting.Waits, waits => Assert.InRange(waits, 1, 2));
    }

    /// <summary>As small as tests train, and nothing but steps.</summary>
    private static Recipe Narrow(Recipe recipe) => recipe with
    {
        Width = TrainingFixture.Recipe.Width,
        ProjectorHidden = TrainingFixture.Recipe.ProjectorHidden,
        ProjectionDim = TrainingFixture.Recipe.ProjectionDim,
        InputSize = TrainingFixture.Recipe.InputSize,
        BatchImages = TrainingFixture.Recipe.BatchImages,
        MaxSteps = Steps,
        MetricsEvery = ReportEvery,
        DiagnosticsEvery = 0,
        KnnEvery = 0,
        CheckpointEverySeconds = 0,
        CheckpointEverySteps = 1000,
    };
}
