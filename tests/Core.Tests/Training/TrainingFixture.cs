using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Training;

/// <summary>A small dataset and recipe to train with, in a folder of their own.</summary>
internal sealed class TrainingFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>12 steps of 24 patches.</summary>
    public static Recipe Recipe { get; } = new()
    {
        Name = "quick",
        Width = .0625,
        ProjectorHidden = 16,
        ProjectionDim = 8,
        InputSize = 16,
        Views = 3,
        BatchImages = 8,
        MaxSteps = 12,
        MetricsEvery = 1,
        DiagnosticsEvery = 4,
        KnnEvery = 6,
        CheckpointEverySeconds = 0,
        CheckpointEverySteps = 1000,
    };

    public string this[string name] => _folder[name];

    public static TorchRuntime Runtime(string precision = "float32") => TestModel.Runtime(precision);

    public string Checkpoint(string run, long step) => Path.Combine(_folder[run], "checkpoints", $"step-{step:D9}.safetensors");

    public string[] Checkpoints(string run) => [.. Directory.EnumerateFiles(Path.Combine(_folder[run], "checkpoints")).Select(p => Path.GetFileName(p)).Order()];

    /// <summary>A hash of all that a checkpoint holds but what it cost, which no two runs share: every parameter, statistic and momentum,
    /// the recipe, seed and step.</summary>
    public string Content(string run, long step)
    {
        using var reader = SafetensorsReader.Open(Checkpoint(run, step));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, text) in reader.Metadata.Where(m => m.Key != "cost").OrderBy(m => m.Key, StringComparer.Ordinal)) hash.AppendData(Encoding.UTF8.GetBytes($"{key}={text}\n"));
        foreach (var (name, _) in reader.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            using var value = reader.Read(name);
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(value.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Noise images of two classes, three of four in train.</summary>
    public string Dataset(int images = 40, bool labels = true, bool splits = true, int size = 24)
    {
        var directory = _folder[$"ds_{images}_{labels}_{splits}_{size}"];
        if (Directory.Exists(directory)) return directory;
        using var writer = new ImageStoreWriter(directory);
        for (var i = 0; i < images; i++)
        {
            var values = new float[3 * size * size];
            new CounterRandom(1, "pixels", i).Fill(values);
            writer.Add($"{i}.png", labels ? $"class {i % 2}" : null, splits && i % 4 == 3 ? "test" : "train", size, size, [.. values.Select(v => (byte)(v * 256))]);
        }
        writer.Complete();
        return directory;
    }

    public TrainingSpec Spec(string run, Recipe? recipe = null, string? resumeFrom = null, string? dataset = null, long seed = 5) =>
        new(_folder[run], dataset ?? Dataset(), recipe ?? Recipe, seed, resumeFrom);

    /// <summary>Trains to the end, on a clock that stands still unless another is given, so that every measurement has its time; with <paramref name="stopAt"/>, until it is asked to stop after that step.</summary>
    public static (TrainingResult Result, TrainingRecorder Seen) Train(TrainingSpec spec, string precision = "float32", long? stopAt = null, TimeProvider? time = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new TrainingRecorder { OnProgress = done => { if (done == stopAt) stop.Cancel(); } };
        return (TrainingRun.Run(spec, Runtime(precision), seen, stop.Token, time ?? new FakeTimeProvider()), seen);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Keeps what a training reports.</summary>
internal sealed class TrainingRecorder : ITrainingReporter
{
    public Action<long>? OnProgress { get; init; }

    public List<string> Lines { get; } = [];

    public List<(long Step, string File, string Sha256, long Bytes)> Saved { get; } = [];

    /// <summary>Each value by (step, name); a second one of the same key throws.</summary>
    public SortedDictionary<(long Step, string Name), double> Values { get; } = [];

    /// <summary>The values that do not depend on the clock.</summary>
    public IReadOnlyList<(long Step, string Name, long Bits)> Repeatable =>
        [.. Values.Where(v => v.Key.Name is not ("patchesPerSecond" or "diagnosticsShare")).Select(v => (v.Key.Step, v.Key.Name, BitConverter.DoubleToInt64Bits(v.Value)))];

    public List<(long Step, FeatureSpectrum Spectrum)> Spectra { get; } = [];

    public List<TrainingCost> Costs { get; } = [];

    public string? Device { get; private set; }

    public (long Done, long Total, string Unit) Last { get; private set; }

    public void Progress(long done, long total, string unit)
    {
        Last = (done, total, unit);
        OnProgress?.Invoke(done);
    }

    public void Metrics(long step, IReadOnlyDictionary<string, double> values)
    {
        foreach (var (name, value) in values) Values.Add((step, name), value);
    }

    public void Log(JobLogLevel level, string text) => Lines.Add($"{level}: {text}");

    public void Started(string device, IReadOnlyDictionary<string, string> versions) => Device = device;

    public void Checkpoint(long step, string fileName, string sha256, long bytes) => Saved.Add((step, fileName, sha256, bytes));

    public void Spectrum(long step, FeatureSpectrum spectrum) => Spectra.Add((step, spectrum));

    public void Cost(TrainingCost cost) => Costs.Add(cost);
}
