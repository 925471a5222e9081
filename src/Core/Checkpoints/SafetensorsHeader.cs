using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Offset">Of its first byte, from the start of the file.</param>
public sealed record TensorEntry(ScalarType Type, long[] Shape, long Offset, long Bytes);

/// <summary>The head of a safetensors file: an 8-byte length, then that much JSON, then the tensors' bytes without holes.</summary>
/// <remarks>Everything is checked against the file's length before anything of that size is allocated: a header is untrusted input.</remarks>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";

    /// <summary>Far above what a model's names need (a ResNet-50's take 40 kB), far below what would hurt.</summary>
    public const int LongestHeader = 8 << 20;

    private const int MostDimensions = 8;

    /// <summary>Our types and their names in the format.</summary>
    public static readonly IReadOnlyDictionary<ScalarType, (string Name, int Size)> Types = new Dictionary<ScalarType, (string, int)>
    {
        [ScalarType.Float64] = ("F64", 8),
        [ScalarType.Float32] = ("F32", 4),
        [ScalarType.Float16] = ("F16", 2),
        [ScalarType.BFloat16] = ("BF16", 2),
        [ScalarType.Int64] = ("I64", 8),
        [ScalarType.Int32] = ("I32", 4),
        [ScalarType.Int16] = ("I16", 2),
        [ScalarType.Int8] = ("I8", 1),
        [ScalarType.Byte] = ("U8", 1),
        [ScalarType.Bool] = ("BOOL", 1),
    };

    private static readonly IReadOnlyDictionary<string, ScalarType> TypesByName = Types.ToDictionary(t => t.Value.Name, t => t.Key);

    /// <exception cref="InvalidDataException">Naming the tensor or the field that is wrong.</exception>
    public static SafetensorsHeader Read(Stream file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.Length < 8) throw new InvalidDataException($"The file has {file.Length} bytes: too short for a header.");
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader) throw new InvalidDataException($"The header claims {length} bytes; the limit is {LongestHeader}.");
        if (length > (ulong)(file.Length - 8)) throw new InvalidDataException($"The header claims {length} bytes; the file has {file.Length}.");
        var json = new byte[length];
        file.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            return Parse(document.RootElement, 8 + (long)length, file.Length);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The header is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).", e);
        }
        // Text that is not valid UTF-8 surfaces when a string is taken out.
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("The header is not valid JSON: it holds text that is no Unicode.", e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, long dataStart, long fileLength)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new InvalidDataException("The header is not a JSON object.");
        var entries = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey)) ParseMetadata(property.Value, metadata);
            else if (!entries.TryAdd(property.Name, ParseEntry(property.Name, property.Value, dataStart, fileLength)))
                throw Wrong(property.Name, "is listed twice");
        }

        var end = dataStart;
        foreach (var (name, entry) in entries.OrderBy(e => e.Value.Offset).ThenBy(e => e.Value.Bytes))
        {
            if (entry.Offset != end) throw Wrong(name, entry.Offset < end ? "overlaps another" : "leaves a hole before it");
            end = entry.Offset + entry.Bytes;
        }
        if (end != fileLength) throw new InvalidDataException($"The tensors go up to byte {end}; the file has {fileLength}.");
        return new SafetensorsHeader(entries, metadata);
    }

    private static void ParseMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new InvalidDataException("The metadata is not a JSON object.");
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw new InvalidDataException($"The metadata '{property.Name}' is not a text.");
            if (!metadata.TryAdd(property.Name, property.Value.GetString()!)) throw new InvalidDataException($"The metadata '{property.Name}' is listed twice.");
        }
    }

    private static TensorEntry ParseEntry(string name, JsonElement value, long dataStart, long fileLength)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "is not described by an object");
        if (!value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String) throw Wrong(name, "has no dtype");
        if (!TypesByName.TryGetValue(dtype.GetString()!, out var type)) throw Wrong(name, $"has the unknown dtype '{dtype.GetString()}'");
        var shape = Integers(value, "shape", name);
        var offsets = Integers(value, "data_offsets", name);
        if (shape.Length > MostDimensions) throw Wrong(name, $"has {shape.Length} dimensions; at most {MostDimensions} are taken");
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > fileLength - dataStart) throw Wrong(name, "lies outside the file");

        var expected = (UInt128)Types[type].Size;
        foreach (var extent in shape)
        {
            expected *= (ulong)extent;
            if (expected > int.MaxValue) throw Wrong(name, "is larger than 2 GiB");
        }
        var bytes = offsets[1] - offsets[0];
        if (expected != (ulong)bytes) throw Wrong(name, $"has {bytes} bytes where its shape needs {expected}");
        return new TensorEntry(type, shape, dataStart + offsets[0], bytes);
    }

    private static long[] Integers(JsonElement value, string field, string name)
    {
        if (!value.TryGetProperty(field, out var array) || array.ValueKind != JsonValueKind.Array) throw Wrong(name, $"has no {field}");
        var numbers = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
                throw Wrong(name, $"has a {field} that is not of whole numbers from 0");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private static InvalidDataException Wrong(string name, string what) => new($"The tensor '{Shortened(name)}' {what}.");

    private static string Shortened(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
