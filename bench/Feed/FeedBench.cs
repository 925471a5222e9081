using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>What comes before the model in a step, from stored photographs and from tiny images, beside the model of a narrow encoder.</summary>
internal static class FeedBench
{
    private const int Rounds = 7, Width = 1024, Height = 768, Tiny = 32;

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var count = options.Int("images", 200);
            var recipe = RecipeCatalog.Find("quick")!.Recipe;
            recipe = recipe with { Views = options.Int("views", recipe.Views), BatchImages = Math.Min(count, options.Int("batch", recipe.BatchImages)) };
            var pictures = Path.Combine(folder.FullName, "pictures");
            Pictures.Write(pictures, count, Width, Height);
            Import("folder", pictures, null);
            Import("generated", null, new GeneratedSpec(count, Tiny, Seed: 1));
            return Measure(folder.FullName, recipe);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Import(string kind, string? path, GeneratedSpec? generated) => DatasetImport.Run(
            new ImportSpec(kind, path, Path.Combine(folder.FullName, kind), 1024, generated, new ImportLimits()), new SilentReporter(), default);
    }

    private static Report Measure(string folder, Recipe recipe)
    {
        var runtime = TorchRuntime.Start(new TorchOptions { Device = "cpu" });
        using var large = ImageStore.Open(Path.Combine(folder, "folder"));
        using var tiny = ImageStore.Open(Path.Combine(folder, "generated"));
        using var model = new ModelStep(recipe, runtime.Plan);
        var (photographs, thumbnails) = (new Feed(large, recipe, model.Model), new Feed(tiny, recipe, model.Model));
        using var memory = new MemoryRead(photographs.BoxBytes);
        using var input = photographs.Input(0);

        var step = 0;
        var times = Bench.Rounds.MedianMilliseconds(
            Rounds, () => model.Run(input), () => photographs.Crop(++step), () => photographs.Input(++step).Dispose(),
            () => thumbnails.Crop(++step), () => thumbnails.Input(++step).Dispose(), memory.Pass);
        var (alone, crop, feed, tinyCrop, tinyFeed, read) = (times[0], times[1], times[2], times[3], times[4], times[5]);
        var patches = recipe.Views * recipe.BatchImages;
        return new Report("feed",
        [
            Share($"sampling and crop of {Width}×{Height} images", crop),
            Share($"the same of {Tiny}×{Tiny} images", tinyCrop),
            new Figure($"patches cut out of {Width}×{Height} images", "patches/s", Rate(crop), Better.Higher) { Limit = Rate(read), LimitName = "a read of the boxes' bytes" },
            Fed($"patches ready for the model, {Width}×{Height} images", feed),
            Fed($"the same of {Tiny}×{Tiny} images", tinyFeed),
        ])
        {
            Setting = new Dictionary<string, object>
            {
                ["images"] = large.Count,
                ["batch"] = recipe.BatchImages,
                ["views"] = recipe.Views,
                ["patch scale"] = recipe.PatchScale,
                ["width"] = recipe.Width,
                ["device"] = runtime.Summary,
            },
            Notes = ["A step is crop, augmentation, normalisation, model, objective and optimiser. Images are read from the map and lie in the page cache."],
        };

        double Rate(double milliseconds) => 1e3 * patches / milliseconds;
        Figure Share(string name, double part) => new(name, "share of a step", part / (feed + alone), Better.Lower) { Goal = Goal.AtMost(.08) };
        Figure Fed(string name, double time) => new(name, "patches/s", Rate(time), Better.Higher) { Limit = Rate(alone), LimitName = "the model alone" };
    }

    /// <summary>The part of a step before the model.</summary>
    private sealed class Feed(ImageStore store, Recipe recipe, SslModel model)
    {
        private readonly PatchSampling _sampling = new PatchSampling.FixedScale(recipe.PatchScale);
        private readonly AugmentationPlan _colours = AugmentationPlan.Of(recipe);

        /// <summary>Bytes of the boxes of a step, each counted whole.</summary>
        public long BoxBytes => Draw(0).Draws.Boxes.Sum(box => 3 * (long)(box.Width * box.Height));

        public void Crop(int step)
        {
            using var scope = NewDisposeScope();
            var (images, draws) = Draw(step);
            PatchCropper.Crop(images, draws, recipe.InputSize, CPU);
        }

        public Tensor Input(int step)
        {
            using var scope = NewDisposeScope();
            var (images, draws) = Draw(step);
            var patches = ViewOrder.Fold(PatchCropper.Crop(images, draws, recipe.InputSize, CPU));
            Augmenter.Apply(patches, AugmentationDraws.Draw(_colours, draws.Boxes.Length, 1, step), _colours);
            return Augmenter.Normalise(patches, model.Spec.Mean, model.Spec.Deviation, model.Plan.Compute).DetachFromDisposeScope();
        }

        private (ImageBatch Images, PatchDraws Draws) Draw(int step)
        {
            int[] ordinals = [.. Enumerable.Range(step * recipe.BatchImages, recipe.BatchImages).Select(i => i % store.Count)];
            var sizes = Array.ConvertAll(ordinals, store.Size);
            return (ImageBatch.Of(store, ordinals), PatchSampler.Draw(_sampling, sizes, recipe.Views, recipe.FlipProbability, 1, step));
        }
    }
}
