namespace PatchSsl.Core.Images.Import;

/// <summary>How an archive is packed.</summary>
internal enum Container { None, Zip, Gzip, Tar }

internal static class ArchiveKinds
{
    /// <summary>Told by content; the file's name is its sender's business.</summary>
    public static Container Container(string path)
    {
        Span<byte> head = stackalloc byte[512];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)) return Import.Container.Zip;
        if (head.Length > 2 && head[0] == 0x1F && head[1] == 0x8B) return Import.Container.Gzip;
        return head.Length == 512 && head[257..].StartsWith("ustar"u8) ? Import.Container.Tar : Import.Container.None;
    }
}
