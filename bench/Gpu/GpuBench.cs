using System.Globalization;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>Training steps and searches on a GPU, beside eager PyTorch at the same work on the same card in the same run.</summary>
internal static class GpuBench
{
    public static Report Run(BenchOptions options)
    {
        var cuda = options.Text("device") is not { } device || device == "cuda";
        var runtime = Start(cuda);
        if (options.Text("python") is { } python) Environment.SetEnvironmentVariable("PATCHSSL_PYTHON", python);
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var count = options.Int("images", cuda ? 10_000 : 200);
            var recipe = RecipeCatalog.Find("emp-ssl")!.Recipe with
            {
                Views = options.Int("views", cuda ? 20 : 4),
                BatchImages = options.Int("batch", cuda ? 100 : 8),
                Width = options.Number("width", cuda ? 1 : .25),
                ProjectorHidden = options.Int("hidden", cuda ? 4096 : 256),
                ProjectionDim = options.Int("dim", cuda ? 1024 : 64),
                Optimiser = "sgd",
            };
            var set = Path.Combine(folder.FullName, "set");
            DatasetImport.Run(new ImportSpec("generated", null, set, 32, new GeneratedSpec(count, 32, Seed: 1), new ImportLimits()), new SilentReporter(), default);
            using var store = ImageStore.Open(set);
            var index = (options.Int("rows", cuda ? 200_000 : 5_000), options.Int("vector", cuda ? 512 : 64));
            return Measure(store, recipe, runtime, options.Int("steps", cuda ? 20 : 2), options.Int("rounds", cuda ? 7 : 3), folder.FullName, index);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Report Measure(ImageStore store, Recipe recipe, TorchRuntime runtime, int steps, int rounds, string folder, (int Rows, int Dim) index)
    {
        using var step = new FedStep(store, recipe, runtime);
        using var peer = PythonPeer.TryStart("gpu.py", out var whyNot, Arguments(store, recipe, runtime, step, index));
        var (ours, model, theirs, theirModel) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            var times = (
                Ours: Seconds(runtime, () => { for (var i = 0; i < steps; i++) step.Run(); }),
                Model: Seconds(runtime, () => { for (var i = 0; i < steps; i++) step.RunModel(); }),
                Theirs: peer?.Round($"step {steps}").GetProperty("seconds").GetDouble(),
                TheirModel: peer?.Round($"model {steps}").GetProperty("seconds").GetDouble());
            if (round < 0) continue; // warms up
            ours.Add(times.Ours);
            model.Add(times.Model);
            if (times.Theirs is { } seconds) theirs.Add(seconds);
            if (times.TheirModel is { } alone) theirModel.Add(alone);
        }
        var patches = (double)steps * recipe.Views * recipe.BatchImages;
        var name = peer is null ? null : $"PyTorch {peer.Ready.GetProperty("torch").GetString()}";
        return new Report("gpu",
        [
            new Figure("training", "patches/s", patches / Median(ours), Better.Higher)
            {
                Peer = Rate(theirs), PeerName = name, Limit = patches / Median(model), LimitName = "our model alone", Goal = Goal.TimesPeer(1),
            },
            new Figure("outside the model", "share of a step", Share(ours, model)!.Value, Better.Lower)
            {
                Peer = Share(theirs, theirModel), PeerName = name, Goal = Goal.AtMost(.05),
            },
            new Figure("the model alone", "patches/s", patches / Median(model), Better.Higher) { Peer = Rate(theirModel), PeerName = name },
            .. GpuSearch.Measure(folder, runtime, peer, name, index, steps, rounds),
        ])
        {
            Setting = new Dictionary<string, object>
            {
                ["device"] = peer?.Ready.GetProperty("device").GetString() ?? (runtime.IsCuda ? "cuda" : "CPU"),
                ["ours"] = runtime.Summary,
                ["images"] = store.Count,
                ["batch"] = recipe.BatchImages,
                ["views"] = recipe.Views,
                ["width"] = recipe.Width,
                ["projector"] = $"{recipe.ProjectorHidden}, {recipe.ProjectionDim}",
                ["rows"] = index.Rows,
                ["vector"] = index.Dim,
            },
            Notes =
            [
                whyNot ?? "Both: images resident on the device, patches and augmentation there, ResNet-18, coding rate, SGD with Nesterov momentum. The device is waited for at the ends of a round only.",
                "Searches: both have the rows on the device, take queries from the host and bring the ten best rows back to it; ours are then settled by the CPU's own scores. A copy moves as many bytes as the rows have, half read and half written.",
            ],
        };

        double? Rate(List<double> seconds) => seconds.Count > 0 ? patches / Median(seconds) : null;
        double? Share(List<double> whole, List<double> part) => whole.Count > 0 ? 1 - (Median(part) / Median(whole)) : null;
    }

    private static string[] Arguments(ImageStore store, Recipe recipe, TorchRuntime runtime, FedStep step, (int Rows, int Dim) index) =>
    [
        .. new (string Name, object Value)[]
        {
            ("device", runtime.IsCuda ? "cuda" : "cpu"), ("count", store.Count), ("side", store.Size(0).Width), ("images", recipe.BatchImages),
            ("patches", recipe.Views), ("input", recipe.InputSize), ("scale", recipe.PatchScale), ("channels", step.Channels),
            ("hidden", recipe.ProjectorHidden), ("out", recipe.ProjectionDim), ("dtype", runtime.Plan.Name), ("rows", index.Rows), ("vector", index.Dim),
        }.SelectMany(a => new[] { $"--{a.Name}", Convert.ToString(a.Value, CultureInfo.InvariantCulture)! }),
    ];

    private static TorchRuntime Start(bool cuda)
    {
        try
        {
            return TorchRuntime.Start(new TorchOptions { Device = cuda ? "cuda" : "cpu" });
        }
        catch (TorchUnavailableException error)
        {
            throw new ArgumentException($"{error.Message} A dry run on the CPU: --device cpu.");
        }
    }

    private static double Seconds(TorchRuntime runtime, Action steps)
    {
        Wait();
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        steps();
        Wait();
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Wait()
        {
            if (runtime.IsCuda) cuda.synchronize();
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
