using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>Writes tensors as safetensors: the same tensors and texts always make the same bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Bytes at a time: a stream between here and the file may copy what it is given.</summary>
    private const int Piece = 1 << 20;

    /// <param name="tensors">On any device, in any memory order; at most 2 GiB each. One at a time is brought to the CPU.</param>
    public static void Write(Stream file, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        // Widest type first, so that every tensor starts at a multiple of its element's size; then by name.
        var ordered = tensors.OrderByDescending(t => SizeOf(t.Name, t.Value)).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        WriteHeader(file, ordered, metadata);
        foreach (var (_, value) in ordered)
        {
            using var scope = NewDisposeScope();
            ReadOnlySpan<byte> bytes = value.detach().cpu().contiguous().bytes;
            for (; bytes.Length > Piece; bytes = bytes[Piece..]) file.Write(bytes[..Piece]);
            file.Write(bytes);
        }
    }

    private static void WriteHeader(Stream file, (string Name, Tensor Value)[] ordered, IReadOnlyDictionary<string, string> metadata)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (key, text) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) writer.WriteString(key, text);
            writer.WriteEndObject();
            var offset = 0L;
            foreach (var (name, value) in ordered)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsHeader.Types[value.dtype].Name);
                WriteNumbers(writer, "shape", value.shape);
                WriteNumbers(writer, "data_offsets", [offset, offset += value.numel() * SizeOf(name, value)]);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        while (json.Length % 8 != 0) json.WriteByte((byte)' ');
        if (json.Length > SafetensorsHeader.LongestHeader) throw new InvalidDataException("The names and texts are too long for a header.");

        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        file.Write(prefix);
        json.WriteTo(file);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static int SizeOf(string name, Tensor value) =>
        SafetensorsHeader.Types.TryGetValue(value.dtype, out var type) ? type.Size : throw new ArgumentException($"'{name}' has type {value.dtype}.");
}
