using System.Buffers.Binary;
using System.Text;
using PatchSsl.Api.Embeddings;

namespace PatchSsl.Api.Tests.Embeddings;

public sealed class NpyWriterTests
{
    [Theory]
    [InlineData(new[] { 3 }, "(3,)")]
    [InlineData(new[] { 2, 512 }, "(2, 512)")]
    [InlineData(new[] { 1, 16, 1024 }, "(1, 16, 1024)")]
    public void The_header_is_aligned_and_says_the_shape(int[] shape, string expected)
    {
        var header = NpyWriter.Header(shape);

        Assert.Equal(0, header.Length % 64);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], header[..8]);
        Assert.Equal(header.Length - 10, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)));
        var text = Encoding.ASCII.GetString(header, 10, header.Length - 10);
        Assert.StartsWith($"{{'descr': '<f4', 'fortran_order': False, 'shape': {expected}", text);
        Assert.EndsWith("\n", text);
    }

    [Fact]
    public async Task Values_follow_in_order()
    {
        using var file = new MemoryStream();
        await NpyWriter.WriteAsync(file, [2, 2], [[1f, 2f], [3f, 4f]], TestContext.Current.CancellationToken);
        var values = file.ToArray()[^16..];
        Assert.Equal(4f, BinaryPrimitives.ReadSingleLittleEndian(values.AsSpan(12)));
        Assert.Equal(1f, BinaryPrimitives.ReadSingleLittleEndian(values));
    }
}
