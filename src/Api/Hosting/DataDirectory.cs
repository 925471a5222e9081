using System.Globalization;

namespace PatchSsl.Api.Hosting;

/// <summary>The data directory: where each thing lies, and the lock that keeps a second server out.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;
    private readonly long _reserve;

    public DataDirectory(DataOptions options)
    {
        Root = Path.GetFullPath(options.Path);
        _reserve = options.ReserveBytes;
        try
        {
            foreach (var folder in new[] { Root, Datasets, Runs, Models, Indexes, Staging }) Directory.CreateDirectory(folder);
            _lock = Lock(Path.Combine(Root, "server.lock"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the data directory {Root} cannot be written (Data:Path): {e.Message}", e);
        }
    }

    public string Root { get; }
    public string Database => Path.Combine(Root, "patchssl.db");
    public string Datasets => Path.Combine(Root, "datasets");
    public string Runs => Path.Combine(Root, "runs");
    public string Models => Path.Combine(Root, "models");
    public string Indexes => Path.Combine(Root, "indexes");
    public string Staging => Path.Combine(Root, "staging");

    // Ids come from rows of the database, never from a request's text.
    public string Dataset(string datasetId) => Path.Combine(Datasets, datasetId);
    public string Run(string runId) => Path.Combine(Runs, runId);
    public string Checkpoint(string runId, string fileName) => Path.Combine(Run(runId), "checkpoints", fileName);
    public string Imported(string modelId) => Path.Combine(Models, modelId + ".safetensors");
    public string Index(string indexId) => Path.Combine(Indexes, indexId + ".index");
    public string Staged(string name) => Path.Combine(Staging, name);

    /// <summary>Free bytes on the disk.</summary>
    public long FreeBytes => new DriveInfo(Root).AvailableFreeSpace;

    /// <summary>Refuses work that would leave less than the reserve.</summary>
    /// <exception cref="ProblemException">507: the disk is too full.</exception>
    public void Demand(long bytes = 0)
    {
        var free = FreeBytes;
        if (free - bytes < _reserve) throw new ProblemException(Problems.InsufficientStorage(bytes + _reserve, free));
    }

    /// <summary>The lock lives as long as the process, however it ends. The number lies beside it, because a locked file cannot be read.</summary>
    private static FileStream Lock(string file)
    {
        var owner = Path.ChangeExtension(file, ".pid");
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file) && File.Exists(owner))
        {
            throw new StartupException($"data directory is in use by pid {File.ReadAllText(owner)}: {Path.GetDirectoryName(file)}");
        }
        File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return stream;
    }

    public void Dispose() => _lock.Dispose();
}
