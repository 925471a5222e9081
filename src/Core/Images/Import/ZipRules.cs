using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.RegularExpressions;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>What a zip may hold. A breach refuses the whole archive: nobody makes one by accident. Nothing is ever unpacked to the
/// disk.</summary>
internal static partial class ZipRules
{
    private const int LongestName = 4096;
    private const int DeepestPath = 32;

    /// <summary>Opens a zip and checks every entry's name, type and declared size.</summary>
    /// <exception cref="JobFailedException">It is no zip, damaged, or breaks a rule; names the entry.</exception>
    public static ZipArchive Open(string path, ImportLimits limits)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            if (EntryCount(file) is not { } count) throw new JobFailedException("The file is not a zip archive, or it is cut off.");
            if (count > limits.MaxEntries)
                throw new JobFailedException($"The archive has {count} entries; the limit is {limits.MaxEntries}.");
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var total = 0L;
            foreach (var entry in archive.Entries)
            {
                Check(entry);
                total = entry.Length > long.MaxValue - total ? long.MaxValue : total + entry.Length;
            }
            new ArchiveBudget(file.Length, limits).Check(total);
            return archive;
        }
        catch (Exception error)
        {
            file.Dispose();
            if (error is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
                throw new JobFailedException("The zip archive is damaged or cut off.", error);
            throw;
        }
    }

    /// <summary>Entry names with <c>/</c> between folders, as old Windows programs write <c>\</c>.</summary>
    public static string Name(ZipArchiveEntry entry) => entry.FullName.Replace('\\', '/');

    public static bool IsFolder(ZipArchiveEntry entry) => Name(entry).EndsWith('/');

    private static void Check(ZipArchiveEntry entry)
    {
        var name = Name(entry);
        var shown = Shown(entry.FullName);
        var parts = name.Split('/');
        if (name.Length is 0 or > LongestName || parts.Length > DeepestPath)
            throw new JobFailedException($"The archive is refused: the path of entry {shown} is empty, too long or too deep.");
        if (name[0] == '/' || DriveLetter().IsMatch(name) || parts.Contains("..") || parts.Contains("."))
            throw new JobFailedException($"The archive is refused: entry {shown} points outside the archive.");
        if (name.Any(char.IsControl))
            throw new JobFailedException($"The archive is refused: the name of entry {shown} holds control characters.");
        if ((entry.ExternalAttributes >> 16 & 0xF000) is not (0 or 0x8000 or 0x4000))
            throw new JobFailedException($"The archive is refused: entry {shown} is a link or a device, not a file.");
        if (entry.IsEncrypted)
            throw new JobFailedException($"The archive is encrypted: entry {shown} cannot be read without its password.");
    }

    private static string Shown(string name)
    {
        var clean = string.Concat(name.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter));
        return $"\"{clean}{(name.Length > 80 ? "…" : "")}\"";
    }

    /// <summary>Entries the end record announces, read before the runtime makes an object of each; null where there is no end
    /// record.</summary>
    private static long? EntryCount(FileStream file)
    {
        Span<byte> magic = stackalloc byte[4];
        if (file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) < 4 || magic[0] != 'P' || magic[1] != 'K') return null;
        var tail = new byte[Math.Min(file.Length, 65_557 + 20)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + 22 > tail.Length) return null;
        long count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        if (count == ushort.MaxValue && at >= 20 && tail.AsSpan(at - 20).StartsWith("PK\x06\x07"u8))
        {
            var end64 = new byte[56];
            var position = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at - 20 + 8));
            if (position < 0 || position > file.Length - end64.Length) return null;
            file.Position = position;
            file.ReadExactly(end64);
            count = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(32));
        }
        file.Position = 0;
        return count < 0 ? null : count;
    }

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex DriveLetter();
}
