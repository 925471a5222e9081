using System.Buffers.Binary;
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
