using System.Formats.Tar;
using System.IO.Compression;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>A file inside an archive; its data can be read until the next one is asked for.</summary>
internal sealed record ArchiveMember(string Name, long Length, Stream Data);

/// <summary>Walks the files of a zip, tar or gzipped tar without unpacking it, counting what really comes out.</summary>
internal static class ArchiveMembers
{
    /// <exception cref="JobFailedException">The archive is damaged, cut off or unpacks to too much.</exception>
    public static IEnumerable<ArchiveMember> Read(string path, ImportLimits limits, CancellationToken stop)
    {
        using var walk = (ArchiveKinds.Container(path) == Container.Zip ? Zip(path, limits) : Tar(path, limits)).GetEnumerator();
        while (Next(walk))
        {
            stop.ThrowIfCancellationRequested();
            yield return walk.Current;
        }
    }

    private static bool Next(IEnumerator<ArchiveMember> walk)
    {
        try
        {
            return walk.MoveNext();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new JobFailedException("The archive is damaged or cut off.", error);
        }
    }

    private static IEnumerable<ArchiveMember> Zip(string path, ImportLimits limits)
    {
        using var archive = ZipRules.Open(path, limits);
        var budget = new ArchiveBudget(new FileInfo(path).Length, limits);
        foreach (var entry in archive.Entries.Where(entry => !ZipRules.IsFolder(entry)).OrderBy(ZipRules.Name, StringComparer.Ordinal))
        {
            using var data = new BudgetedStream(entry.Open(), budget);
            yield return new ArchiveMember(ZipRules.Name(entry), entry.Length, data);
        }
    }

    private static IEnumerable<ArchiveMember> Tar(string path, ImportLimits limits)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Stream unpacked = ArchiveKinds.Container(path) == Container.Gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var counted = new BudgetedStream(unpacked, new ArchiveBudget(file.Length, limits));
        using var tar = new TarReader(counted);
        var entries = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            if (++entries > limits.MaxEntries) throw new JobFailedException($"The archive has more than {limits.MaxEntries} entries.");
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.DataStream is { } data)
                yield return new ArchiveMember(entry.Name, entry.Length, data);
        }
    }
}
