using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace PatchSsl.Api.Embeddings;

/// <summary>Writes one array of float32 in NumPy's .npy format, version 1.0, C order.</summary>
public static class NpyWriter
{
    public const string MediaType = "application/x-npy";

    private const int Alignment = 64;
    private const int BlockBytes = 1 << 16;

    /// <param name="shape">Lengths of the axes; their product is the number of values.</param>
    /// <param name="rows">The values in C order, in any number of pieces.</param>
    public static async Task WriteAsync(Stream to, IReadOnlyList<int> shape, IEnumerable<float[]> rows, CancellationToken cancel)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var header = Header(shape);
            var filled = header.Length;
            header.CopyTo(block, 0);
            foreach (var row in rows)
            {
                for (var written = 0; written < row.Length * sizeof(float);)
                {
                    var count = Math.Min(block.Length - filled, (row.Length * sizeof(float)) - written);
                    MemoryMarshal.AsBytes(row.AsSpan()).Slice(written, count).CopyTo(block.AsSpan(filled));
                    (written, filled) = (written + count, filled + count);
                    if (filled < block.Length) continue;
                    await to.WriteAsync(block, cancel);
                    filled = 0;
                }
            }
            await to.WriteAsync(block.AsMemory(0, filled), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Magic, version, header length and header, padded so that the values start on a multiple of 64 bytes.</summary>
    public static byte[] Header(IReadOnlyList<int> shape)
    {
        var lengths = shape.Count == 1 ? $"{shape[0]}," : string.Join(", ", shape); // a Python tuple of one keeps its comma
        var text = new StringBuilder($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({lengths}), }}");
        const int Lead = 10;
        var padded = (Lead + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        text.Append(' ', padded - Lead - text.Length - 1).Append('\n');
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(text.Length & 0xff), (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text.ToString())];
    }
}
