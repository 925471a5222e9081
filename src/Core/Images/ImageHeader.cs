using System.Buffers.Binary;

namespace PatchSsl.Core.Images;

/// <summary>Formats taken, told by their first bytes alone: a name or a content type proves nothing.</summary>
public enum ImageFormat { Jpeg, Png, WebP, Gif, Bmp }

/// <summary>Format and size as the first bytes of a file claim them, read without a decoder.</summary>
public readonly record struct ImageHeader(ImageFormat Format, long Width, long Height)
{
    private static ReadOnlySpan<byte> JpegMagic => [0xFF, 0xD8, 0xFF];
    private static ReadOnlySpan<byte> PngMagic => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageRejectedException">Unsupported; Corrupt where the header itself is cut off or gives no size.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) throw new ImageRejectedException(ImageFault.Unsupported, "The file is empty.");
        if (Sniff(data) is not { } format)
            throw new ImageRejectedException(ImageFault.Unsupported, "The file is not a JPEG, PNG, WebP, GIF or BMP image.");
        var (width, height) = format switch
        {
            ImageFormat.Jpeg => Jpeg(data),
            ImageFormat.Png when data.Length >= 24 => (Big32(data[16..]), Big32(data[20..])),
            ImageFormat.Gif when data.Length >= 10 => (Little16(data[6..]), Little16(data[8..])),
            ImageFormat.Bmp => BmpReader.Size(data),
            ImageFormat.WebP when data.Length >= 30 => WebP(data),
            _ => (0L, 0L),
        };
        if (width <= 0 || height <= 0)
            throw new ImageRejectedException(ImageFault.Corrupt, $"The {format} image's header is damaged or gives no size.");
        return new ImageHeader(format, width, height);
    }

    /// <summary>The format whose magic the bytes begin with; null for anything else.</summary>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith(JpegMagic)) return ImageFormat.Jpeg;
        if (data.StartsWith(PngMagic)) return ImageFormat.Png;
        if (data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8)) return ImageFormat.Gif;
        if (data.StartsWith("RIFF"u8) && data.Length >= 12 && data[8..].StartsWith("WEBP"u8)) return ImageFormat.WebP;
        return BmpReader.Is(data) ? ImageFormat.Bmp : null;
    }

    /// <exception cref="ImageRejectedException">TooLarge: names the claimed size and the limit it breaks.</exception>
    public void Check(ImportLimits limits)
    {
        if (Math.Max(Width, Height) > limits.MaxImageSide)
        {
            throw new ImageRejectedException(
                ImageFault.TooLarge, $"The image claims {Width} × {Height} pixels; a side may have {limits.MaxImageSide}.");
        }
        if (Width * Height > limits.MaxImagePixels)
        {
            throw new ImageRejectedException(
                ImageFault.TooLarge,
                $"The image claims {Width} × {Height} = {Width * Height} pixels; the limit is {limits.MaxImagePixels}.");
        }
    }

    /// <summary>False where a PNG lacks its last chunk: decoders are content once they have all pixels.</summary>
    public static bool HasPngEnd(ReadOnlySpan<byte> data)
    {
        for (var at = 8L; at + 12 <= data.Length; at += 12 + Big32(data[(int)at..]))
            if (data[(int)(at + 4)..].StartsWith("IEND"u8)) return true;
        return false;
    }

    /// <summary>Walks the segments to the frame header (SOF), which alone holds the size.</summary>
    private static (long, long) Jpeg(ReadOnlySpan<byte> data)
    {
        for (var at = 2; at + 9 <= data.Length;)
        {
            if (data[at] != 0xFF) return default;
            var marker = data[at + 1];
            if (marker is 0xFF) { at++; continue; } // fill byte
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (BinaryPrimitives.ReadUInt16BigEndian(data[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(at + 5)..]));
            if (marker is 0xD9 or 0xDA) return default; // end, or pixels before a frame header
            var standsAlone = marker is 0x01 or (>= 0xD0 and <= 0xD7);
            at += standsAlone ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
        }
        return default;
    }

    /// <summary>VP8X carries the canvas, VP8L and VP8 the size of the one frame.</summary>
    private static (long, long) WebP(ReadOnlySpan<byte> data)
    {
        var kind = data[12..16];
        if (kind.SequenceEqual("VP8X"u8)) return (1 + Little24(data[24..]), 1 + Little24(data[27..]));
        if (kind.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[21..]);
            return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
        }
        return kind.SequenceEqual("VP8 "u8) ? (Little16(data[26..]) & 0x3FFF, Little16(data[28..]) & 0x3FFF) : default;
    }

    private static long Big32(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32BigEndian(data);

    private static long Little16(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16LittleEndian(data);

    private static long Little24(ReadOnlySpan<byte> data) => data[0] | data[1] << 8 | data[2] << 16;
}
