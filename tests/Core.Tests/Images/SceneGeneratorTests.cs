using System.Security.Cryptography;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Images;

public sealed class SceneGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var spec = new GeneratedSpec(100, 48, 7);

        Assert.Equal(SceneGenerator.Render(spec, 33).Rgb, SceneGenerator.Render(spec, 33).Rgb);
        Assert.NotEqual(SceneGenerator.Render(spec, 33).Rgb, SceneGenerator.Render(spec with { Seed = 8 }, 33).Rgb);
        Assert.NotEqual(SceneGenerator.Render(spec, 33).Rgb, SceneGenerator.Render(spec, 33 + 81).Rgb);
    }

    [Fact]
    public void The_mixtures_are_those_of_earlier_versions()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 45; i++) hash.AppendData(SceneGenerator.Render(new GeneratedSpec(45, 48, 7), i).Rgb);

        Assert.Equal("D84EE1B1995E8464A965E2D9A9399DB852B60A973D53F884DA62920879B25AD5", Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Fact]
    public void Classes_are_balanced_and_a_fifth_is_for_testing()
    {
        var scenes = Enumerable.Range(0, 450).Select(ordinal => SceneGenerator.Render(new GeneratedSpec(450, 16, 1), ordinal)).ToList();

        Assert.Equal(90, scenes.Count(scene => scene.Split == "test"));
        Assert.Equal(SceneGenerator.Classes(SceneSet.Mixtures), scenes.Select(scene => scene.Class).Distinct().Order(StringComparer.Ordinal));
        Assert.All(scenes.GroupBy(scene => (scene.Class, scene.Split)), group => Assert.Equal(group.Key.Split == "test" ? 10 : 40, group.Count()));
    }

    [Fact]
    public void The_smallest_set_has_both_splits()
    {
        var result = Generate(new GeneratedSpec(10, 16, 1), new Recorder(), CancellationToken.None);

        Assert.Equal((8, 2), (result.Splits["train"], result.Splits["test"]));
    }

    [Fact]
    public void A_generated_set_is_stored_whole()
    {
        var spec = new GeneratedSpec(300, 32, 5);
        var reporter = new Recorder();

        var result = Generate(spec, reporter, CancellationToken.None);

        Assert.Equal((300, 0), (result.ImageCount, result.Skipped));
        Assert.Equal((300L, 300L, "images"), reporter.Steps[^1]);
        using var store = _folder.OpenStore();
        Assert.True(store.Uniform);
        Assert.Equal(SceneGenerator.Classes(SceneSet.Mixtures), store.Classes);
        var scene = SceneGenerator.Render(spec, 299);
        Assert.True(store.Pixels(299).SequenceEqual(scene.Rgb));
        Assert.Equal(scene.Class, store.Classes[store.Info(299).ClassIndex]);
    }

    [Fact]
    public void A_cancelled_generation_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var reporter = new Recorder(_ => stop.Cancel());

        Assert.ThrowsAny<OperationCanceledException>(() => Generate(new GeneratedSpec(2000, 16, 1), reporter, stop.Token));

        Assert.Empty(_folder.Entries());
    }

    [Fact]
    public void Scenes_of_one_class_differ_as_pixels()
    {
        // Pixels alone must not tell the classes apart, or there would be nothing to learn.
        var spec = new GeneratedSpec(900, 24, 3);
        var scenes = Enumerable.Range(0, 900).Select(ordinal => SceneGenerator.Render(spec, ordinal)).ToList();
        var train = scenes.Where(scene => scene.Split == "train").ToList();
        var right = scenes.Where(scene => scene.Split == "test").Count(scene => train.MinBy(other => Distance(scene, other))!.Class == scene.Class);

        Assert.InRange(right / 180.0, 0, .4);
    }

    private static long Distance(Scene a, Scene b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Rgb.Length; i++) sum += (a.Rgb[i] - b.Rgb[i]) * (a.Rgb[i] - b.Rgb[i]);
        return sum;
    }

    private ImportResult Generate(GeneratedSpec spec, IJobReporter reporter, CancellationToken stop) =>
        DatasetImport.Run(new ImportSpec("generated", null, _folder["out"], 256, spec, new ImportLimits()), reporter, stop);
}
