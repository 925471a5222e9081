using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace PatchSsl.Core.Images;

/// <summary>The header of a shard: 8 bytes of magic, format version, number of the shard.</summary>
internal static class StoreShard
{
    public const int HeaderBytes = 16;
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static ReadOnlySpan<byte> Magic => "PSSLSHRD"u8;

    public static string FileName(int number) => $"shard-{number:D5}.bin";

    public static byte[] Header(int number)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), StoreManifest.CurrentVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), number);
        return header;
    }

    public static bool HasHeader(ReadOnlySpan<byte> bytes, int number) => bytes.SequenceEqual(Header(number));
}

/// <summary>A file that is written once, front to back: hashed on the way, on the disk when it is finished.</summary>
internal sealed class HashedFile(string directory, string name) : IDisposable
{
    private readonly FileStream stream = new(Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        hash.AppendData(bytes);
        Length += bytes.Length;
    }

    public StoreFile Finish()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        return new StoreFile(name, Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public void Dispose()
    {
        stream.Dispose();
        hash.Dispose();
    }
}
