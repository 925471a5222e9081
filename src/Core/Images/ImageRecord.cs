using System.Runtime.InteropServices;

namespace PatchSsl.Core.Images;

/// <summary>One image's entry in <c>images.table</c>, little-endian as on every machine this runs on.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Size)]
internal struct ImageRecord
{
    public const int Size = 40;

    /// <summary>First byte of the pixels in their shard.</summary>
    public long Offset;

    /// <summary>First byte of the name in <c>names.bin</c>.</summary>
    public long NameOffset;
    public int NameLength;
    public int Shard;

    /// <summary>-1 where unlabelled.</summary>
    public int Class;
    public ushort Split;
    public ushort Width;
    public ushort Height;
    public ushort Reserved;
    public int Reserved2;

    public readonly long PixelBytes => 3L * Width * Height;
}

/// <summary>An image of a store.</summary>
/// <param name="Name">Its path in the source, for people; never used as a path.</param>
/// <param name="ClassIndex">Into the store's classes; -1 where unlabelled.</param>
public readonly record struct ImageInfo(string Name, int ClassIndex, string Split, int Width, int Height);

/// <summary>A file an import could not use.</summary>
public sealed record SkippedImage(string Name, string Reason);
