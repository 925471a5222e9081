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

    private readonly string target;
    private readonly string partial;
    private readonly long shardBytes;
    private readonly HashedFile names;
    private readonly HashedFile skippedFile;
    private readonly List<ImageRecord> records = []; // 40 bytes an image
    private readonly List<string> classes = [];
    private readonly Dictionary<string, int> classNumbers = new(StringComparer.Ordinal);
    private readonly List<SplitCount> splits = [];
    private readonly List<StoreFile> finished = [];
    private HashedFile? shard;
    private bool completed;

    /// <param name="directory">Where the store shall be; must not exist yet.</param>
    /// <param name="shardBytes">A shard that holds this many bytes is closed, and the next begun.</param>
    /// <exception cref="IOException">The directory exists already, or cannot be written.</exception>
    public ImageStoreWriter(string directory, long shardBytes = 1L << 30)
    {
        target = Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar);
        partial = target + PartialSuffix;
        this.shardBytes = shardBytes;
        if (Path.Exists(target)) throw new IOException($"'{target}' exists already.");
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true); // of an import that was killed
        Directory.CreateDirectory(partial);
        names = new HashedFile(partial, "names.bin");
        skippedFile = new HashedFile(partial, "skipped.jsonl");
    }

    /// <summary>Images written so far.</summary>
    public int Count => records.Count;

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
        if (shard is null) OpenShard();
        records.Add(new ImageRecord
        {
            Offset = shard!.Length,
            Shard = finished.Count,
            NameOffset = names.Length,
            NameLength = utf8.Length,
            Class = className is null ? -1 : ClassNumber(className),
            Split = SplitNumber(split),
            Width = (ushort)width,
            Height = (ushort)height,
        });
        names.Write(utf8);
        shard.Write(rgb);
        if (shard.Length >= shardBytes) CloseShard();
    }

    /// <summary>Records a file that could not be used.</summary>
    public void Skip(string name, string reason)
    {
        skippedFile.Write(JsonSerializer.SerializeToUtf8Bytes(new SkippedImage(name, reason), StoreShard.Json));
        skippedFile.Write("\n"u8);
        SkippedCount++;
    }

    /// <summary>Makes the store durable under its final name: write, sync, rename, sync the directory, in that order.</summary>
    public StoreManifest Complete()
    {
        if (shard is not null) CloseShard();
        var sorted = classes.Order(StringComparer.Ordinal).ToList();
        var table = WriteTable([.. classes.Select(name => sorted.BinarySearch(name, StringComparer.Ordinal))]);
        var (width, height) = UniformSize();
        var manifest = new StoreManifest(
            StoreManifest.CurrentFormat, StoreManifest.CurrentVersion, records.Count, sorted, splits, width, height,
            table, names.Finish(), skippedFile.Finish(), SkippedCount, finished);
        using (var file = new HashedFile(partial, StoreManifest.FileName))
        {
            file.Write(manifest.ToJson());
            file.Finish();
        }
        DurableDirectory.Sync(partial);
        Directory.Move(partial, target);
        completed = true;
        DurableDirectory.Sync(Path.GetDirectoryName(target)!);
        return manifest;
    }

    /// <summary>Writes the records with the classes' final, sorted numbers: their order of appearance says nothing.</summary>
    private StoreFile WriteTable(int[] classOrder)
    {
        using var table = new HashedFile(partial, "images.table");
        foreach (ref var record in CollectionsMarshal.AsSpan(records))
        {
            if (record.Class >= 0) record.Class = classOrder[record.Class];
            table.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ImageRecord>(ref record)));
        }
        return table.Finish();
    }

    private (int Width, int Height) UniformSize()
    {
        if (records.Count == 0) return (0, 0);
        var first = records[0];
        var uniform = records.TrueForAll(record => record.Width == first.Width && record.Height == first.Height);
        return uniform ? (first.Width, first.Height) : (0, 0);
    }

    private int ClassNumber(string name)
    {
        if (classNumbers.TryGetValue(name, out var number)) return number;
        classes.Add(name);
        return classNumbers[name] = classes.Count - 1;
    }

    private ushort SplitNumber(string name)
    {
        var number = splits.FindIndex(split => split.Name == name);
        if (number < 0)
        {
            if (splits.Count > ushort.MaxValue) throw new InvalidOperationException("More splits than an image store can hold.");
            number = splits.Count;
            splits.Add(new SplitCount(name, 0));
        }
        splits[number] = splits[number] with { Images = splits[number].Images + 1 };
        return (ushort)number;
    }

    private void OpenShard()
    {
        shard = new HashedFile(partial, StoreShard.FileName(finished.Count));
        shard.Write(StoreShard.Header(finished.Count));
    }

    private void CloseShard()
    {
        finished.Add(shard!.Finish());
        shard.Dispose();
        shard = null;
    }

    /// <summary>Removes everything unless <see cref="Complete"/> was reached.</summary>
    public void Dispose()
    {
        shard?.Dispose();
        names.Dispose();
        skippedFile.Dispose();
        if (!completed && Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
    }
}
