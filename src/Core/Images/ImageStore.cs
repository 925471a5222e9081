using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PatchSsl.Core.Images;

/// <summary>An imported set of images: upright 8-bit sRGB, memory-mapped, immutable. Looking an image up costs the same in a set of ten and
/// of ten million, and nothing is loaded whole. Safe to read from many threads.</summary>
public sealed class ImageStore : IDisposable
{
    private readonly string _directory;
    private readonly MappedFile _table;
    private readonly MappedFile _names;
    private readonly List<MappedFile> _shards = [];
    private readonly Lazy<IReadOnlyList<int>> _classCounts;

    private ImageStore(string directory, StoreManifest manifest)
    {
        _directory = directory;
        Manifest = manifest;
        Splits = manifest.Splits.ToDictionary(split => split.Name, split => split.Images, StringComparer.Ordinal);
        _table = new MappedFile(directory, manifest.Table);
        _names = new MappedFile(directory, manifest.Names);
        _classCounts = new Lazy<IReadOnlyList<int>>(CountClasses);
    }

    public StoreManifest Manifest { get; }

    /// <summary>Images; ordinals run from 0.</summary>
    public int Count => Manifest.ImageCount;

    /// <summary>Sorted class names; empty where nothing is labelled.</summary>
    public IReadOnlyList<string> Classes => Manifest.Classes;

    /// <summary>Images of each of <see cref="Classes"/>; the rest are unlabelled. Counted once.</summary>
    public IReadOnlyList<int> ClassCounts => _classCounts.Value;

    /// <summary>Images a split.</summary>
    public IReadOnlyDictionary<string, int> Splits { get; }

    /// <summary>True where all images have one size.</summary>
    public bool Uniform => Manifest.UniformWidth > 0;

    /// <summary>Size of the shards in bytes.</summary>
    public long Bytes => Manifest.Shards.Sum(shard => shard.Bytes);

    /// <summary>Opens a store after checking every file's length and header; <see cref="Verify"/> checks the contents.</summary>
    /// <exception cref="InvalidDataException">Says which file is wrong, and how.</exception>
    public static ImageStore Open(string directory)
    {
        var store = new ImageStore(directory, StoreManifest.Read(directory));
        try
        {
            MappedFile.Check(directory, store.Manifest.Skipped);
            foreach (var file in store.Manifest.Shards)
            {
                store._shards.Add(new MappedFile(directory, file));
                if (!StoreShard.HasHeader(store._shards[^1].Slice(0, Math.Min(file.Bytes, StoreShard.HeaderBytes)), store._shards.Count - 1))
                    throw new InvalidDataException($"Image store: {file.Name} does not begin like shard {store._shards.Count - 1}.");
            }
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Name, class, split and size of an image.</summary>
    public ImageInfo Info(int ordinal)
    {
        var record = Record(ordinal);
        if (record.Class < -1 || record.Class >= Classes.Count || record.Split >= Manifest.Splits.Count)
            throw new InvalidDataException($"Image store: the table's entry {ordinal} names class {record.Class}, split {record.Split}.");
        var name = Encoding.UTF8.GetString(_names.Slice(record.NameOffset, record.NameLength));
        return new ImageInfo(name, record.Class, Manifest.Splits[record.Split].Name, record.Width, record.Height);
    }

    /// <summary>Class index alone, without reading the name; -1 where unlabelled.</summary>
    public int ClassIndex(int ordinal) => Record(ordinal).Class;

    /// <summary>Width and height alone.</summary>
    public (int Width, int Height) Size(int ordinal)
    {
        var record = Record(ordinal);
        return (record.Width, record.Height);
    }

    /// <summary>Pixels (H, W, 3) straight from the map: no copy, valid until the store is disposed of.</summary>
    public ReadOnlySpan<byte> Pixels(int ordinal)
    {
        var (shard, record) = Place(ordinal);
        return shard.Slice(record.Offset, record.PixelBytes);
    }

    /// <summary>Says that an image will be read soon, so that it is in memory by then; returns at once.</summary>
    public void Announce(int ordinal)
    {
        var (shard, record) = Place(ordinal);
        shard.Announce(record.Offset, record.PixelBytes);
    }

    private (MappedFile Shard, ImageRecord Record) Place(int ordinal)
    {
        var record = Record(ordinal);
        return (uint)record.Shard < (uint)_shards.Count && record.Offset >= StoreShard.HeaderBytes
            ? (_shards[record.Shard], record)
            : throw new InvalidDataException($"Image store: the table's entry {ordinal} points outside the shards.");
    }

    /// <summary>Ordinals of a split in order; of all images where <paramref name="split"/> is null.</summary>
    public IEnumerable<int> Ordinals(string? split = null)
    {
        if (split is null) return Enumerable.Range(0, Count);
        var index = -1;
        for (var i = 0; i < Manifest.Splits.Count; i++) if (Manifest.Splits[i].Name == split) index = i;
        return index < 0 ? [] : Enumerable.Range(0, Count).Where(ordinal => Record(ordinal).Split == index);
    }

    /// <summary>Files the import could not use, a page at a time. The store need not be open.</summary>
    public static IReadOnlyList<SkippedImage> SkippedFiles(string directory, int offset, int limit)
    {
        var path = Path.Combine(directory, StoreManifest.Read(directory).Skipped.Name);
        var lines = File.ReadLines(path).Skip(offset).Take(limit);
        return [.. lines.Select(line => JsonSerializer.Deserialize<SkippedImage>(line, StoreShard.Json)!)];
    }

    /// <summary>Reads every byte and compares the checksums.</summary>
    /// <exception cref="InvalidDataException">Names the first file that differs.</exception>
    public void Verify(CancellationToken stop = default)
    {
        foreach (var file in Manifest.Files)
        {
            stop.ThrowIfCancellationRequested();
            MappedFile.Check(_directory, file);
            using var stream = File.OpenRead(Path.Combine(_directory, file.Name));
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
                throw new InvalidDataException($"Image store: {file.Name} does not match its checksum.");
        }
    }

    private int[] CountClasses()
    {
        var counts = new int[Classes.Count];
        for (var i = 0; i < Count; i++) if (ClassIndex(i) is >= 0 and var c && c < counts.Length) counts[c]++;
        return counts;
    }

    private ImageRecord Record(int ordinal)
    {
        if ((uint)ordinal >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"The store has {Count} images.");
        return MemoryMarshal.Read<ImageRecord>(_table.Slice((long)ordinal * ImageRecord.Size, ImageRecord.Size));
    }

    public void Dispose()
    {
        _table.Dispose();
        _names.Dispose();
        foreach (var shard in _shards) shard.Dispose();
    }
}
