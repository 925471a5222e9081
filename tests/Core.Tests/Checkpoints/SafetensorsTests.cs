using System.Buffers.Binary;
using System.Text;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    private string File => Path.Combine(_folder.FullName, "file.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_type_and_shape_comes_back_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var tensors = new (string Name, Tensor Value)[]
        {
            ("f64", arange(6, dtype: float64).view(2, 3) / 7), ("f32", tensor(new[] { float.NaN, -0f, 1e-45f, float.PositiveInfinity })),
            ("f16", arange(5).to(float16)), ("bf16", (arange(5) / 3f).to(bfloat16)), ("i64", tensor(long.MinValue)), ("i32", arange(3, dtype: int32)),
            ("i16", arange(3, dtype: int16)), ("i8", arange(-3, 3, dtype: int8)), ("u8", arange(7, dtype: uint8)), ("bool", tensor(new[] { true, false })),
            ("empty", zeros(0, 4)), ("channels-last", arange(24, dtype: float32).view(1, 2, 4, 3).permute(0, 3, 1, 2)),
        };
        Write(tensors, new Dictionary<string, string> { ["quote\""] = "é\n" });

        using var reader = SafetensorsReader.Open(File);

        Assert.Equal("é\n", reader.Metadata["quote\""]);
        Assert.Equal(tensors.Length, reader.Entries.Count);
        foreach (var (name, value) in tensors)
        {
            var back = reader.Read(name);
            Assert.Equal((value.dtype, value.shape), (back.dtype, back.shape), (a, b) => a.dtype == b.dtype && a.shape.SequenceEqual(b.shape));
            Assert.True(value.contiguous().bytes.SequenceEqual(back.bytes), name);
            Assert.Equal(0, reader.Entries[name].Offset % value.element_size());
        }
    }

    [Fact]
    public void The_same_tensors_make_the_same_bytes()
    {
        using var scope = NewDisposeScope();
        (string, Tensor)[] tensors = [("b", ones(2)), ("a", zeros(2)), ("c", ones(1, dtype: int64))];
        Write(tensors, new Dictionary<string, string> { ["x"] = "1", ["w"] = "2" });
        var first = System.IO.File.ReadAllBytes(File);
        Write([.. tensors.Reverse()], new Dictionary<string, string> { ["w"] = "2", ["x"] = "1" });
        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
    }

    [Theory]
    [InlineData("{}", 4, "file has")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{\"w\":", 0, "not valid JSON")]
    [InlineData("{\"\\uD800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not valid JSON")]
    [InlineData("{\"w\":[]}", 0, "'w' is not described")]
    [InlineData("{\"w\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "'w' has no dtype")]
    [InlineData("{\"w\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "unknown dtype 'F99'")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "'w' has 4 bytes where its shape needs 8")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "whole numbers from 0")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "whole numbers from 0")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", 4, "larger than 2 GiB")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]}}", 4, "whole numbers from 0")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4, "9 dimensions")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "'w' lies outside")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 4, "'w' lies outside")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}", 4, "'w' lies outside")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "'w' lies outside")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "'w' leaves a hole")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", 6, "'v' overlaps")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "'w' is listed twice")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "up to byte")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "metadata 'a' is not a text")]
    public void A_wrong_header_is_refused_by_name(string header, int dataBytes, string expected)
    {
        var json = Encoding.UTF8.GetBytes(header);
        System.IO.File.WriteAllBytes(File, [.. Length((ulong)json.Length), .. json, .. new byte[dataBytes]]);
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(File));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("file.safetensors", error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_000UL)]
    [InlineData(1000UL)]
    public void A_header_longer_than_the_file_is_refused_before_it_is_allocated(ulong length)
    {
        System.IO.File.WriteAllBytes(File, [.. Length(length), .. "{}"u8]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("header claims", Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(File)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_cut_or_changed_anywhere_never_does_more_than_throw()
    {
        using var scope = NewDisposeScope();
        Write([("weight", ones(3, 2)), ("bias", zeros(3)), ("count", zeros([], int64))], new Dictionary<string, string> { ["step"] = "3" });
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(File).Dispose());
        }
        var random = new CounterRandom(1, "mutations", 0);
        for (var i = 0; i < 2000; i++)
        {
            var mutated = whole.ToArray();
            for (var n = random.NextInt(4); n >= 0; n--) mutated[random.NextInt(mutated.Length)] = (byte)random.NextInt(256);
            System.IO.File.WriteAllBytes(File, mutated);
            try
            {
                using var reader = SafetensorsReader.Open(File);
                foreach (var name in reader.Entries.Keys) reader.Read(name).Dispose();
            }
            catch (InvalidDataException)
            {
                // The one way it may fail.
            }
        }
    }

    [Fact]
    public void Reading_into_another_shape_or_type_names_both()
    {
        using var scope = NewDisposeScope();
        Write([("w", ones(2, 3)), ("n", zeros([], int64))], new Dictionary<string, string>());
        using var reader = SafetensorsReader.Open(File);
        Assert.Contains("shape (2,3) where (3,2)", Assert.Throws<InvalidDataException>(() => reader.ReadInto("w", zeros(3, 2))).Message);
        Assert.Contains("type Int64 where Float32", Assert.Throws<InvalidDataException>(() => reader.ReadInto("n", zeros([]))).Message);
        Assert.Contains("'x' is missing", Assert.Throws<InvalidDataException>(() => reader.ReadInto("x", zeros(1))).Message);
    }

    private static byte[] Length(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private void Write((string, Tensor)[] tensors, Dictionary<string, string> metadata)
    {
        using var file = System.IO.File.Create(File);
        SafetensorsWriter.Write(file, tensors, metadata);
    }
}
