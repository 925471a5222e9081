using System.Buffers.Binary;
using System.IO.Compression;

namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>A zip of small labelled pictures of which none is square: upright, lying, and as long as panoramas.</summary>
internal static class Pictures
{
    private static readonly (int Width, int Height)[] Shapes = [(48, 64), (64, 40), (40, 64), (64, 16), (12, 60)];

    /// <summary>Classes with their number of pictures; the last is the largest by far.</summary>
    public static IReadOnlyList<(string Name, int Count)> Classes { get; } = [("animals and other creatures", 10), ("buildings", 10), ("things", 40)];

    /// <summary>Without folders for train and test.</summary>
    public static MemoryStream Zip()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var random = new Random(3);
            foreach (var (name, count) in Classes)
            {
                for (var i = 0; i < count; i++)
                {
                    using var entry = zip.CreateEntry($"{name}/{i:000}.bmp").Open();
                    entry.Write(Noise(random, Shapes[i % Shapes.Length]));
                }
            }
        }
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>A bitmap of coloured blocks that say nothing of a class.</summary>
    private static byte[] Noise(Random random, (int Width, int Height) size)
    {
        const int Head = 54, Block = 8;
        var (width, height) = size;
        var stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[Head + stride * height];
        "BM"u8.CopyTo(file);
        void Write(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        Write(2, file.Length);
        Write(10, Head);
        Write(14, 40);
        Write(18, width);
        Write(22, height);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(26), 1 | 24 << 16); // planes, bits a pixel
        var blocks = new byte[(width / Block + 1) * (height / Block + 1) * 3];
        random.NextBytes(blocks);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                blocks.AsSpan((y / Block * (width / Block + 1) + x / Block) * 3, 3).CopyTo(file.AsSpan(Head + y * stride + x * 3));
        }
        return file;
    }
}
