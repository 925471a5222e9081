using NetVips;

namespace PatchSsl.Core.Images;

/// <summary>An upright 8-bit sRGB image.</summary>
/// <param name="Rgb">(height, width, 3).</param>
public sealed record DecodedImage(int Width, int Height, byte[] Rgb);

/// <summary>Turns an untrusted file into upright 8-bit sRGB pixels, or refuses it. Safe to call from many threads.</summary>
/// <remarks>
/// JPEG, PNG, WebP (first frame), GIF (first frame) and uncompressed BMP, told by their first bytes. The size is read from the header and
/// held against the limits before a decoder sees the file. A file that is cut off or damaged is refused whole. EXIF orientation is applied,
/// colour profiles and CMYK are converted to sRGB, 16 bits are reduced to 8, transparency is laid on white.
/// </remarks>
public static class ImageDecoder
{
    /// <param name="data">The file.</param>
    /// <param name="limits">Bounds on its size in pixels.</param>
    /// <param name="longestSide">The longer side is reduced to this many pixels, never enlarged; null keeps the size.</param>
    /// <exception cref="ImageRejectedException">It cannot be used; says why.</exception>
    public static DecodedImage Decode(byte[] data, ImportLimits limits, int? longestSide = null)
    {
        var header = ImageHeader.Read(data);
        header.Check(limits);
        if (header.Format == ImageFormat.Png && !ImageHeader.HasPngEnd(data))
            throw new ImageRejectedException(ImageFault.Corrupt, "The Png image is cut off.");
        try
        {
            using var chain = new ImageChain();
            var isBmp = header.Format == ImageFormat.Bmp;
            var image = chain.Add(isBmp ? FromBmp(data, header) : OpenReduced(data, header, limits, longestSide));
            var (width, height) = Fit(image.Width, image.Height, longestSide);
            if (IsPlain(image))
            {
                var pixels = Vips.Pixels(image);
                return (width, height) == (image.Width, image.Height)
                    ? new DecodedImage(width, height, pixels)
                    : ImageReducer.Reduce(pixels, image.Width, image.Height, width, height);
            }

            // Every pixel is decoded before any is processed: further down vips' pipeline a damaged strip turns black without an error.
            image = chain.Add(image.CopyMemory());
            if (image.HasAlpha()) image = chain.Add(image.Flatten(background: [image.Format == Enums.BandFormat.Ushort ? 65535.0 : 255.0]));
            if ((width, height) != (image.Width, image.Height))
                image = chain.Add(image.ThumbnailImage(width, height: height, size: Enums.Size.Force, noRotate: true));
            image = ToSrgb(image, chain);
            image = chain.Add(image.Autorot());
            if (image.Bands != 3)
                throw new ImageRejectedException(ImageFault.Unsupported, $"An image of {image.Bands} colour channels is not taken.");
            return new DecodedImage(image.Width, image.Height, image.WriteToMemory<byte>());
        }
        catch (VipsException error)
        {
            throw new ImageRejectedException(ImageFault.Corrupt, $"The {header.Format} image is damaged or cut off.", error);
        }
    }

    /// <inheritdoc cref="Decode(byte[], ImportLimits, int?)"/>
    public static DecodedImage Decode(ReadOnlySpan<byte> data, ImportLimits limits, int? longestSide = null) =>
        Decode(data.ToArray(), limits, longestSide);

    /// <summary>Reduces raw pixels so that the longer side fits.</summary>
    public static DecodedImage Reduce(DecodedImage image, int longestSide)
    {
        var (width, height) = Fit(image.Width, image.Height, longestSide);
        return (width, height) == (image.Width, image.Height) ? image : ImageReducer.Reduce(image.Rgb, image.Width, image.Height, width, height);
    }

    private static Image FromBmp(byte[] data, ImageHeader header) =>
        Vips.FromRgb(BmpReader.Decode(data, (int)header.Width, (int)header.Height), (int)header.Width, (int)header.Height);

    /// <summary>Opens the file; a JPEG is reduced by 2, 4 or 8 while decoding as long as twice the wanted size remains for a good
    /// filter.</summary>
    private static Image OpenReduced(byte[] data, ImageHeader header, ImportLimits limits, int? longestSide)
    {
        var shrink = 1;
        if (header.Format == ImageFormat.Jpeg && longestSide is { } side)
            while (shrink < 8 && Math.Max(header.Width, header.Height) / (2 * shrink) >= 2L * side) shrink *= 2;
        var image = Vips.Open(data, header.Format, shrink);
        try
        {
            new ImageHeader(header.Format, image.Width, image.Height).Check(limits); // the decoder's own reading has the last word
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static (int Width, int Height) Fit(int width, int height, int? longestSide)
    {
        var longest = Math.Max(width, height);
        if (longestSide is not { } side || longest <= side) return (width, height);
        return (Scaled(width), Scaled(height));

        int Scaled(int length) => Math.Max(1, (int)Math.Round((double)length * side / longest));
    }

    /// <summary>True where the decoder's bytes are already what is wanted.</summary>
    private static bool IsPlain(Image image) =>
        image is { Bands: 3, Format: Enums.BandFormat.Uchar, Interpretation: Enums.Interpretation.Srgb or Enums.Interpretation.Rgb } &&
        !image.Contains("icc-profile-data") && (!image.Contains("orientation") || (int)image.Get("orientation") is < 2 or > 8);

    private static Image ToSrgb(Image image, ImageChain chain)
    {
        if (image.Contains("icc-profile-data"))
        {
            try
            {
                image = chain.Add(chain.Add(image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative)).CopyMemory());
            }
            catch (VipsException)
            {
                // A profile that cannot be read or belongs to another kind of image is ignored, as viewers do.
            }
        }
        if (image.Interpretation != Enums.Interpretation.Srgb) image = chain.Add(image.Colourspace(Enums.Interpretation.Srgb));
        return image.Format == Enums.BandFormat.Uchar ? image : chain.Add(image.Cast(Enums.BandFormat.Uchar));
    }

    /// <summary>The steps of one decoding, disposed of together.</summary>
    private sealed class ImageChain : IDisposable
    {
        private readonly List<Image> _steps = [];

        public Image Add(Image image)
        {
            _steps.Add(image);
            return image;
        }

        public void Dispose()
        {
            foreach (var step in _steps) step.Dispose();
        }
    }
}
