using System.IO.Compression;
using System.IO.Hashing;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>A zip of images, read straight from the archive in the ordinal order of the names.</summary>
internal sealed class ZipSource : IImportSource
{
    private const int Peek = 64;

    private readonly ZipArchive _archive;
    private readonly ImportLimits _limits;
    private readonly ArchiveBudget _budget;
    private readonly List<ZipArchiveEntry> _entries;

    /// <exception cref="JobFailedException">The archive breaks a rule of <see cref="ZipRules"/>.</exception>
    public ZipSource(string path, ImportLimits limits)
    {
        _archive = ZipRules.Open(path, limits);
        _limits = limits;
        _budget = new ArchiveBudget(new FileInfo(path).Length, limits);
        _entries = [.. _archive.Entries.Where(entry => !ZipRules.IsFolder(entry) && !ImportLayout.IsClutter(ZipRules.Name(entry)))
            .OrderBy(ZipRules.Name, StringComparer.Ordinal)];
    }

    public int Count => _entries.Count;

    public IEnumerable<ImportItem> Items(CancellationToken stop)
    {
        var layout = new ImportLayout([.. _entries.Select(ZipRules.Name)]);
        foreach (var entry in _entries)
        {
            stop.ThrowIfCancellationRequested();
            var name = ZipRules.Name(entry);
            var item = new ImportItem(name, layout.Place(name)) { CountsAsImage = ImportLayout.LooksLikePicture(name) };
            var (data, problem) = Read(entry, stop);
            yield return data is null ? item with { Problem = problem } : item with { Read = () => data, Bytes = data.Length };
        }
    }

    public void Dispose() => _archive.Dispose();

    /// <summary>Unpacks an entry. One that does not begin like an image is left packed: however large, it costs no more than its first
    /// bytes.</summary>
    private (byte[]? Data, string? Problem) Read(ZipArchiveEntry entry, CancellationToken stop)
    {
        if (entry.Length > _limits.MaxEntryBytes) return (null, $"The file has {entry.Length} bytes; the limit is {_limits.MaxEntryBytes}.");
        if (entry.Length == 0) return (null, "The file is empty.");
        try
        {
            using var stream = new BudgetedStream(entry.Open(), _budget);
            var data = new byte[Math.Min(Peek, entry.Length)];
            var have = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
            if (have == data.Length && ImageHeader.Sniff(data) is null)
                return (null, "The file is not a JPEG, PNG, WebP, GIF or BMP image.");
            while (have == data.Length && have < entry.Length)
            {
                stop.ThrowIfCancellationRequested();
                Array.Resize(ref data, (int)Math.Min(entry.Length, Math.Max(1 << 16, 2L * have))); // grows with what really comes
                have += stream.ReadAtLeast(data.AsSpan(have), data.Length - have, throwOnEndOfStream: false);
            }
            if (have < entry.Length || stream.Read(new byte[1]) > 0) return (null, "The archive's entry has another length than it says.");
            return Crc32.HashToUInt32(data) == entry.Crc32 ? (data, null) : (null, "The archive's entry does not match its checksum.");
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            return (null, "The archive's entry is damaged or packed by an unknown method.");
        }
    }
}
