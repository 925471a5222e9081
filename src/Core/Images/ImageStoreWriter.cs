using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PatchSsl.Core.Files;

namespace PatchSsl.Core.Images;

/// <summary>Writes an <see cref="ImageStore"/>, image by image. Everything goes to a directory of a temporary name beside the final one;
/// <see cref="Complete"/> syncs it to the disk and renames it, and a writer disposed of before that leaves nothing.</summary>
public sealed class ImageStoreWriter : IDisposable
{
    /// <summary>Ends the temporary name, so that a start can sweep what a killed import left.</summary>
    public const string PartialSuffix = ".partial";

    private readonly string _target;
    private readonly string _partial;
    private readonly long _shardBytes;
    private readonly HashedFile _names;
    private readonly HashedFile _skippedFile;
    private readonly List<ImageRecord> _records = []; // 40 bytes an image
    private readonly List<string> _classes = [];
    private readonly Dictionary<string, int> _classNumbers = new(StringComparer.Ordinal);
    private readonly List<SplitCount> _splits = [];
    private readonly List<StoreFile> _finished = [];
    private HashedFile? _shard;
    private bool _completed;

    /// <param name="directory">Where the store shall be; must not exist yet.</param>
    /// <param name="shardBytes">A shard that holds this many bytes is closed, and the next begun.</param>
    /// <exception cref="IOException">The directory exists already, or cannot be written.</exception>
    public ImageStoreWriter(string directory, long shardBytes = 1L << 30)
    {
        _target = Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar);
        _partial = _target + PartialSuffix;
        _shardBytes = shardBytes;
        if (Path.Exists(_target)) throw new IOException($"'{_target}' exists already.");
        if (Directory.Exists(_partial)) Directory.Delete(_partial, recursive: true); // of an import that was killed
        Directory.CreateDirectory(_partial);
        _names = new HashedFile(_partial, "names.bin");
        _skippedFile = new HashedFile(_partial, "skipped.jsonl");
    }

    /// <summary>Images written so far.</summary>
    public int Count => _records.Count;

    /// <summary>Files reported as skipped so far.</summary>
    public int SkippedCount { get; private set; }

    /// <summary>Appends an image.</summary>
    /// <param name="className">Null where unlabelled.</param>
    /// <param name="rgb">(height, width, 3).</param>
    public void Add(string name, string? className, string split, int width, int height, ReadOnlySpan<byte> rgb)
    {
        if (width is < 1 or > ushort.MaxValue || height is < 1 or > ushort.MaxValue || rgb.Length != 3L * width * height)
            throw new ArgumentException($"{rgb.Length} bytes are no {width} × {height} image.", nameof(rgb));
        var utf8 = Encoding.UTF8.GetBytes(name);
        if (_shard is null) OpenShard();
        _records.Add(new ImageRecord
        {
            Offset = _shard!.Length,
            Shard = _finished.Count,
            NameOffset = _names.Length,
            NameLength = utf8.Length,
            Class = className is null ? -1 : ClassNumber(className),
            Split = SplitNumber(split),
            Width = (ushort)width,
            Height = (ushort)height,
        });
        _names.Write(utf8);
        _shard.Write(rgb);
        if (_shard.Length >= _shardBytes) CloseShard();
    }

    /// <summary>Records a file that could not be used.</summary>
    public void Skip(string name, string reason)
    {
        _skippedFile.Write(JsonSerializer.SerializeToUtf8Bytes(new SkippedImage(name, reason), StoreShard.Json));
        _skippedFile.Write("\n"u8);
        SkippedCount++;
    }

    /// <summary>Makes the store durable under its final name: write, sync, rename, sync the directory, in that order.</summary>
    public StoreManifest Complete()
    {
        if (_shard is not null) CloseShard();
        var sorted = _classes.Order(StringComparer.Ordinal).ToList();
        var table = WriteTable([.. _classes.Select(name => sorted.BinarySearch(name, StringComparer.Ordinal))]);
        var (width, height) = UniformSize();
        var manifest = new StoreManifest(
            StoreManifest.CurrentFormat, StoreManifest.CurrentVersion, _records.Count, sorted, _splits, width, height,
            table, _names.Finish(), _skippedFile.Finish(), SkippedCount, _finished);
        using (var file = new HashedFile(_partial, StoreManifest.FileName))
        {
            file.Write(manifest.ToJson());
            file.Finish();
        }
        DurableDirectory.Sync(_partial);
        Directory.Move(_partial, _target);
        _completed = true;
        DurableDirectory.Sync(Path.GetDirectoryName(_target)!);
        return manifest;
    }

    /// <summary>Writes the records with the classes' final, sorted numbers: their order of appearance says nothing.</summary>
    private StoreFile WriteTable(int[] classOrder)
    {
        using var table = new HashedFile(_partial, "images.table");
        foreach (ref var record in CollectionsMarshal.AsSpan(_records))
        {
            if (record.Class >= 0) record.Class = classOrder[record.Class];
            table.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ImageRecord>(ref record)));
        }
        return table.Finish();
    }

    private (int Width, int Height) UniformSize()
    {
        if (_records.Count == 0) return (0, 0);
        var first = _records[0];
        var uniform = _records.TrueForAll(record => record.Width == first.Width && record.Height == first.Height);
        return uniform ? (first.Width, first.Height) : (0, 0);
    }

    private int ClassNumber(string name)
    {
        if (_classNumbers.TryGetValue(name, out var number)) return number;
        _classes.Add(name);
        return _classNumbers[name] = _classes.Count - 1;
    }

    private ushort SplitNumber(string name)
    {
        var number = _splits.FindIndex(split => split.Name == name);
        if (number < 0)
        {
            if (_splits.Count > ushort.MaxValue) throw new InvalidOperationException("More splits than an image store can hold.");
            number = _splits.Count;
            _splits.Add(new SplitCount(name, 0));
        }
        _splits[number] = _splits[number] with { Images = _splits[number].Images + 1 };
        return (ushort)number;
    }

    private void OpenShard()
    {
        _shard = new HashedFile(_partial, StoreShard.FileName(_finished.Count));
        _shard.Write(StoreShard.Header(_finished.Count));
    }

    private void CloseShard()
    {
        _finished.Add(_shard!.Finish());
        _shard.Dispose();
        _shard = null;
    }

    /// <summary>Removes everything unless <see cref="Complete"/> was reached.</summary>
    public void Dispose()
    {
        _shard?.Dispose();
        _names.Dispose();
        _skippedFile.Dispose();
        if (!_completed && Directory.Exists(_partial)) Directory.Delete(_partial, recursive: true);
    }
}
