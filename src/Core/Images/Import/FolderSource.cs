using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>A folder with everything below it, in the ordinal order of the paths. Symbolic links are listed and never followed, so nothing
/// outside the folder is read.</summary>
internal sealed class FolderSource : IImportSource
{
    private static readonly EnumerationOptions OneLevel = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _root;
    private readonly ImportLimits _limits;
    private readonly List<(string Name, string? Problem)> _found = [];

    /// <exception cref="JobFailedException">There is no such folder.</exception>
    public FolderSource(string path, ImportLimits limits, CancellationToken stop)
    {
        _root = Path.GetFullPath(path);
        _limits = limits;
        if (!Directory.Exists(_root)) throw new JobFailedException("The folder does not exist.");
        Walk(stop);
        _found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
    }

    public int Count => _found.Count;

    public IEnumerable<ImportItem> Items(CancellationToken stop)
    {
        var layout = new ImportLayout([.. _found.Where(file => file.Problem is null).Select(file => file.Name)]);
        foreach (var (name, problem) in _found)
        {
            stop.ThrowIfCancellationRequested();
            var item = new ImportItem(name, layout.Place(name)) { CountsAsImage = ImportLayout.LooksLikePicture(name) };
            var length = problem is null ? Length(name) : 0;
            yield return
                problem is not null ? item with { Problem = problem, CountsAsImage = false }
                : length < 0 ? item with { Problem = "The file cannot be read." }
                : length == 0 ? item with { Problem = "The file is empty." } // so are pipes and devices, which must not be opened
                : length > _limits.MaxEntryBytes
                    ? item with { Problem = $"The file has {length} bytes; the limit is {_limits.MaxEntryBytes}." }
                : item with { Read = () => File.ReadAllBytes(FullPath(name)), Bytes = length };
        }
    }

    public void Dispose()
    {
    }

    private void Walk(CancellationToken stop)
    {
        var waiting = new Stack<string>([""]);
        while (waiting.TryPop(out var folder))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in new DirectoryInfo(FullPath(folder)).EnumerateFileSystemInfos("*", OneLevel))
                {
                    var name = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
                    if (ImportLayout.IsClutter(entry.Name)) continue;
                    if (entry.LinkTarget is not null) _found.Add((name, "A symbolic link; links are not followed."));
                    else if (entry is DirectoryInfo) waiting.Push(name);
                    else _found.Add((name, null));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (folder.Length == 0) throw new JobFailedException("The folder cannot be read.", error);
                _found.Add((folder, "The folder cannot be read."));
            }
        }
    }

    private long Length(string name)
    {
        try
        {
            return new FileInfo(FullPath(name)).Length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    private string FullPath(string name) => Path.Combine(_root, name);
}
