using System.Buffers.Binary;

namespace PatchSsl.Core.Images;

/// <summary>Uncompressed BMP: 1, 4, 8, 24 and 32 bits a pixel. libvips reads BMP only through ImageMagick, which is kept out.</summary>
internal static class BmpReader
{
    private const int FileHeader = 14;

    public static bool Is(ReadOnlySpan<byte> data) =>
        data.StartsWith("BM"u8) && data.Length >= 18 && HeaderBytes(data) is 12 or (>= 40 and <= 124);

    /// <summary>Width and height; (0, 0) where the header is cut off. Rows may be stored top down, as a negative height.</summary>
    public static (long Width, long Height) Size(ReadOnlySpan<byte> data)
    {
        if (data.Length < 26) return default;
        return HeaderBytes(data) == 12
            ? (BinaryPrimitives.ReadUInt16LittleEndian(data[18..]), BinaryPrimitives.ReadUInt16LittleEndian(data[20..]))
            : (BinaryPrimitives.ReadInt32LittleEndian(data[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(data[22..])));
    }

    /// <summary>Pixels (H, W, 3); a 32-bit file's fourth byte is padding by the format's rules, so it is left out.</summary>
    /// <exception cref="ImageRejectedException">Compressed, of an unknown depth, or cut off.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> data, int width, int height)
    {
        var header = HeaderBytes(data);
        if (data.Length < FileHeader + header) throw CutOff();
        var old = header == 12;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(data[(old ? 24 : 28)..]);
        var compression = old ? 0 : BinaryPrimitives.ReadInt32LittleEndian(data[30..]);
        if (compression != 0 || bits is not (1 or 4 or 8 or 24 or 32))
        {
            throw new ImageRejectedException(
                ImageFault.Unsupported, $"A BMP with {bits} bits a pixel and compression {compression} is not taken.");
        }
        var topDown = !old && BinaryPrimitives.ReadInt32LittleEndian(data[22..]) < 0;
        var stride = ((long)width * bits + 31) / 32 * 4;
        var start = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        if (start < FileHeader + header || start + stride * height > data.Length) throw CutOff();

        var palette = data[(FileHeader + header)..(int)start];
        var entry = old ? 3 : 4;
        var rgb = new byte[3L * width * height];
        for (var y = 0; y < height; y++)
        {
            var row = data.Slice((int)(start + stride * (topDown ? y : height - 1 - y)), (int)stride);
            var to = rgb.AsSpan(3 * width * y, 3 * width);
            for (var x = 0; x < width; x++)
            {
                var blueGreenRed = bits >= 24
                    ? row.Slice(x * (bits / 8), 3)
                    : Colour(palette, entry, row[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1 << bits) - 1));
                (to[3 * x], to[3 * x + 1], to[3 * x + 2]) = (blueGreenRed[2], blueGreenRed[1], blueGreenRed[0]);
            }
        }
        return rgb;
    }

    private static ReadOnlySpan<byte> Colour(ReadOnlySpan<byte> palette, int entry, int index) =>
        (index + 1) * entry <= palette.Length ? palette.Slice(index * entry, 3)
        : throw new ImageRejectedException(ImageFault.Corrupt, $"The image uses colour {index}, which its palette does not have.");

    private static int HeaderBytes(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadInt32LittleEndian(data[FileHeader..]);

    private static ImageRejectedException CutOff() => new(ImageFault.Corrupt, "The image is cut off.");
}
