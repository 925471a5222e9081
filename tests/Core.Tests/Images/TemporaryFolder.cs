using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Images;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("patchssl-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Everything in the folder, for showing that nothing was left behind.</summary>
    public IEnumerable<string> Entries() =>
        Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Select(entry => System.IO.Path.GetRelativePath(Path, entry)).Order();

    public ImportResult Import(string kind, string source, IJobReporter? reporter = null, ImportLimits? limits = null, int storageSize = 64,
        CancellationToken? stop = null) =>
        DatasetImport.Run(
            new ImportSpec(kind, this[source], this["out"], storageSize, null, limits ?? new ImportLimits()), reporter ?? new Recorder(),
            stop ?? TestContext.Current.CancellationToken);

    public ImageStore OpenStore() => ImageStore.Open(this["out"]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Keeps what a job reports.</summary>
internal sealed class Recorder(Action<long>? onProgress = null) : IJobReporter
{
    public List<(long Done, long Total, string Unit)> Steps { get; } = [];

    public List<string> Lines { get; } = [];

    public void Progress(long done, long total, string unit)
    {
        Steps.Add((done, total, unit));
        onProgress?.Invoke(done);
    }

    public void Log(JobLogLevel level, string text) => Lines.Add(text);

    public void Metrics(long step, IReadOnlyDictionary<string, double> values) => throw new InvalidOperationException("An import measures nothing.");

    public void Started(string device, IReadOnlyDictionary<string, string> versions)
    {
    }
}
