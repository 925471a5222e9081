using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Images;

/// <summary>A part of an image and the colour that is laid over it.</summary>
/// <param name="Box">In pixels of the image.</param>
public sealed record HeatTile(PatchBox Box, byte Red, byte Green, byte Blue);

/// <summary>Pictures of an image under a heat map. Safe to call from many threads.</summary>
public static class HeatOverlay
{
    /// <summary>Media type of what is returned.</summary>
    public const string MediaType = "image/png";

    /// <summary>Smaller images are enlarged by a whole number, as plain squares, until their longer side reaches this.</summary>
    public const int LeastSide = 256;

    /// <summary>An image with colours over it, as PNG, so that a colour can be read back.</summary>
    /// <param name="rgb">(height, width, 3).</param>
    /// <param name="tiles">A pixel takes the colour of the tile that its centre lies in; tiles that cover the image once colour each pixel once.</param>
    /// <param name="opacity">Weight of the colours, 0 to 1; the image has the rest.</param>
    /// <param name="outline">A box of the image to be framed in white between black lines; null for none.</param>
    public static byte[] Png(ReadOnlySpan<byte> rgb, int width, int height, IReadOnlyList<HeatTile> tiles, double opacity, PatchBox? outline)
    {
        var factor = (LeastSide + Math.Max(width, height) - 1) / Math.Max(width, height);
        using var image = Vips.FromRgb(rgb.ToArray(), width, height);
        using var enlarged = image.Zoom(factor, factor);
        var canvas = new Canvas(Vips.Pixels(enlarged), enlarged.Width, enlarged.Height, factor);
        foreach (var tile in tiles) canvas.Blend(tile, opacity);
        if (outline is not null) canvas.Frame(outline.Value);
        using var painted = Vips.FromRgb(canvas.Rgb, canvas.Width, canvas.Height);
        return painted.PngsaveBuffer();
    }

    /// <param name="Factor">Pixels here for one of the image.</param>
    private sealed record Canvas(byte[] Rgb, int Width, int Height, int Factor)
    {
        public void Blend(HeatTile tile, double opacity)
        {
            var box = tile.Box;
            var (left, right) = (Centred(box.X, Width), Centred(box.X + box.Width, Width));
            for (var y = Centred(box.Y, Height); y < Centred(box.Y + box.Height, Height); y++)
            {
                for (var at = (y * Width + left) * 3; at < (y * Width + right) * 3; at += 3)
                {
                    Rgb[at] = Mix(Rgb[at], tile.Red, opacity);
                    Rgb[at + 1] = Mix(Rgb[at + 1], tile.Green, opacity);
                    Rgb[at + 2] = Mix(Rgb[at + 2], tile.Blue, opacity);
                }
            }
        }

        public void Frame(PatchBox box)
        {
            var line = Math.Max(2, Math.Max(Width, Height) / 128);
            var (left, top, right, bottom) = (Centred(box.X, Width), Centred(box.Y, Height), Centred(box.X + box.Width, Width), Centred(box.Y + box.Height, Height));
            for (var inset = 0; inset < line + 2; inset++)
            {
                var value = (byte)(inset == 0 || inset == line + 1 ? 0 : 255);
                var (l, t, r, b) = (left + inset, top + inset, right - 1 - inset, bottom - 1 - inset);
                if (l > r || t > b) return;
                for (var x = l; x <= r; x++)
                {
                    Set(x, t, value);
                    Set(x, b, value);
                }
                for (var y = t; y <= b; y++)
                {
                    Set(l, y, value);
                    Set(r, y, value);
                }
            }
        }

        private void Set(int x, int y, byte value) => Rgb.AsSpan((y * Width + x) * 3, 3).Fill(value);

        /// <summary>The first pixel whose centre lies at or behind a place of the image.</summary>
        private int Centred(double place, int end) => Math.Clamp((int)Math.Ceiling(place * Factor - .5), 0, end);

        private static byte Mix(byte under, byte over, double opacity) => (byte)Math.Round(under + (over - under) * opacity);
    }
}
