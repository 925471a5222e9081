using System.Globalization;
using System.Text;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training;

namespace PatchSsl.Bench;

/// <summary>What is trained on what, here and in the peer: emp-ssl's recipe with SGD, whose optimiser PyTorch has too.</summary>
internal sealed class TrainSetting : IDisposable
{
    private const int GeneratedImages = 1000;

    private readonly BenchOptions _options;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("patchssl-bench-");

    public TrainSetting(BenchOptions options)
    {
        _options = options;
        Runtime = TorchRuntime.Start(new TorchOptions { Device = "cpu", Precision = options.Text("dtype") ?? "auto", Threads = options.Int("threads", 0) });
        (Steps, Rounds) = (Math.Max(1, options.Int("steps", 1)), Math.Max(1, options.Int("rounds", 3)));
        Recipe = new Recipe
        {
            Name = "emp-ssl",
            Width = options.Number("width", 1),
            BatchImages = options.Int("images", 64),
            Views = options.Int("patches", 8),
            Optimiser = "sgd",
            LearningRate = .03,
            MaxSteps = 1_000_000,
            MetricsEvery = Steps,
            DiagnosticsEvery = 0,
            KnnEvery = 0,
            CheckpointEverySeconds = 0,
            // One, in the second round: the next would come after the last.
            CheckpointEverySteps = WarmUp + Steps,
        };
    }

    /// <summary>Steps before the first that counts, at least one for each thing that is timed.</summary>
    public const int WarmUp = 1;

    public TorchRuntime Runtime { get; }

    public Recipe Recipe { get; }

    /// <summary>Steps a round.</summary>
    public int Steps { get; }

    public int Rounds { get; }

    public int PatchesAStep => Recipe.Views * Recipe.BatchImages;

    public int Side => _options.Int("side", 32);

    public string Dataset => _options.Text("dataset") ?? Path.Combine(_folder.FullName, "dataset");

    public TrainingSpec Spec(string run) => new(Path.Combine(_folder.FullName, run), Dataset, Recipe, Seed: 1, ResumeFrom: null);

    public IReadOnlyDictionary<string, object> Described => new Dictionary<string, object>
    {
        ["encoder"] = "ResNet-18",
        ["width"] = Recipe.Width,
        ["projector"] = $"{Recipe.ProjectorHidden}×{Recipe.ProjectorLayers - 1}-{Recipe.ProjectionDim}",
        ["images a step"] = Recipe.BatchImages,
        ["patches an image"] = Recipe.Views,
        ["image side"] = Side,
        ["dtype"] = Runtime.Plan.Name,
        ["steps a round"] = Steps,
        ["rounds"] = Rounds,
    };

    /// <summary>Makes or imports the images, and lays their stored pixels out as files for the peer.</summary>
    public void Prepare()
    {
        var folder = _options.Text("data");
        var made = folder is null ? new GeneratedSpec(GeneratedImages, Side, Seed: 1) : null;
        DatasetImport.Run(new ImportSpec(made is null ? "folder" : "generated", folder, Dataset, Side, made, new ImportLimits()), new Silent(), CancellationToken.None);
        using var store = ImageStore.Open(Dataset);
        using var images = new TrainingImages(store, Recipe.BatchImages, seed: 1, Runtime.Device);
        Directory.CreateDirectory(Pictures);
        foreach (var ordinal in images.Training)
        {
            var (width, height) = store.Size(ordinal);
            using var file = File.Create(Path.Combine(Pictures, $"{ordinal}.ppm"));
            file.Write(Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"));
            file.Write(store.Pixels(ordinal));
        }
    }

    public string[] PeerArguments =>
    [
        "--data", Pictures, "--width", Text(Recipe.Width), "--images", Text(Recipe.BatchImages), "--patches", Text(Recipe.Views),
        "--dtype", Runtime.Plan.Name, "--threads", Text(Runtime.Threads),
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    private string Pictures => Path.Combine(_folder.FullName, "pictures");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Hears nothing.</summary>
    public class Silent : ITrainingReporter
    {
        public virtual void Progress(long done, long total, string unit) { }

        public void Metrics(long step, IReadOnlyDictionary<string, double> values) { }

        public void Spectrum(long step, FeatureSpectrum spectrum) { }

        public void Log(JobLogLevel level, string text) { }

        public void Started(string device, IReadOnlyDictionary<string, string> versions) { }

        public void Checkpoint(long step, string fileName, string sha256, long bytes) { }

        public void Cost(TrainingCost cost) { }
    }
}
