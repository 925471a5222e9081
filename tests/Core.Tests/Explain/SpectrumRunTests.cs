using PatchSsl.Core.Explain;
using PatchSsl.Core.Explain.Spectrum;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Explain;

public sealed class SpectrumRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Both_spaces_are_measured_before_and_after_training_and_the_seed_decides_everything()
    {
        var spec = Spec(Noise(40), 64);
        var reporter = new Recorder();
        var result = Run(spec, reporter);
        Assert.Equal([VectorSpace.Embedding, VectorSpace.Projection], result.Trained.Select(s => s.Vectors));
        Assert.Equal([VectorSpace.Embedding, VectorSpace.Projection], result.Untrained.Select(s => s.Vectors));
        Assert.All(result.Trained.Concat(result.Untrained), s =>
        {
            Assert.Equal(64, s.Samples);
            Assert.InRange(s.RankMe, 1, Math.Min(s.Samples, s.Dimensions));
            Assert.Equal(s.Eigenvalues.OrderDescending(), s.Eigenvalues);
        });
        Assert.Equal((40, (128L, 128L, "patches")), (result.Images, reporter.Steps[^1]));
        Assert.Equal(result.Trained[0].Eigenvalues, Run(spec).Trained[0].Eigenvalues);
        Assert.NotEqual(result.Trained[0].Eigenvalues, Run(spec with { Seed = 8 }).Trained[0].Eigenvalues);
    }

    [Fact]
    public void Images_that_are_all_alike_have_no_spectrum()
    {
        var flat = TestModel.Store(_folder, 20, _ => (null, "train", 24, 24), (_, _, _) => [90, 120, 30]);
        var trained = Run(Spec(flat, 32) with { Untrained = false });
        Assert.Empty(trained.Untrained);
        Assert.All(trained.Trained, s => Assert.InRange(s.Eigenvalues[0], 0, 1e-9));
        Assert.All(trained.Trained, s => Assert.InRange(s.RankMe, .99, 1.01));
    }

    [Fact]
    public void A_sample_takes_another_image_for_each_patch_while_there_are_any()
    {
        using var store = ImageStore.Open(Noise(30));
        var some = PatchSample.Draw(store, 12, .25, seed: 3, "test");
        Assert.Equal(12, some.Images.Distinct().Count());
        var many = PatchSample.Draw(store, 75, .25, seed: 3, "test");
        Assert.Equal((30, 75), (many.Images.Distinct().Count(), many.Patches.Count));
        Assert.Equal(some.Images, many.Images.Take(12));
        Assert.NotEqual(many.Patches[0].Box, many.Patches[30].Box);
    }

    [Fact]
    public void A_dataset_without_images_is_refused()
    {
        var empty = TestModel.Store(_folder, 0, _ => (null, "train", 8, 8), (_, _, _) => [0, 0, 0]);
        Assert.Contains("no images", Assert.Throws<JobFailedException>(() => Run(Spec(empty, 16))).Message);
    }

    [Fact]
    public void Stopped_it_ends()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => SpectrumRun.Run(Spec(Noise(20), 32), TestModel.Runtime(), new Recorder(), stop.Token));
    }

    private string Noise(int images)
    {
        var noise = TestModel.Noise();
        return TestModel.Store(_folder, images, _ => (null, "train", 24, 24), noise);
    }

    private SpectrumSpec Spec(string store, int patches) => new(store, TestModel.Save(_folder), patches, Untrained: true, Seed: 7);

    private static SpectrumResult Run(SpectrumSpec spec, IJobReporter? reporter = null) =>
        SpectrumRun.Run(spec, TestModel.Runtime(), reporter ?? new Recorder(), TestContext.Current.CancellationToken);
}
