using NetVips;

namespace PatchSsl.Core.Images;

/// <summary>libvips as it is used here: one thread an operation, because images are the unit of parallel work; no cache, because no
/// operation is asked for twice; and of its loaders only the ones for formats that are taken.</summary>
internal static class Vips
{
    private static readonly string[] Loaders =
        ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer", "VipsForeignLoadNsgifBuffer"];

    static Vips()
    {
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        Cache.MaxMem = 0;
        Cache.MaxFiles = 0;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in Loaders) Operation.Block(loader, false);
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { }); // what matters comes as an exception
    }

    /// <summary>Version of the native library, such as 8.18.7.</summary>
    public static string Version => $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";

    /// <summary>Opens an image for reading once from top to bottom; reads its header and no pixel yet.</summary>
    /// <param name="shrink">Only for JPEG: 1, 2, 4 or 8, divided by while decoding.</param>
    public static Image Open(byte[] data, ImageFormat format, int shrink = 1) => format switch
    {
        // A JPEG has no checksum: a decoder's warning is the only sign of damage. PNG warnings are about colour profiles.
        ImageFormat.Jpeg => Image.JpegloadBuffer(data, shrink: shrink, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        ImageFormat.Png => Image.PngloadBuffer(data, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageFormat.WebP => Image.WebploadBuffer(data, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageFormat.Gif => Image.GifloadBuffer(data, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No loader."),
    };

    /// <summary>A view of own pixels (height, width, 3).</summary>
    public static Image FromRgb(byte[] rgb, int width, int height)
    {
        using var raw = Image.NewFromMemory(rgb, width, height, 3, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>All pixels, computed on this thread: twice as fast for small images as starting vips' own threads.</summary>
    public static byte[] Pixels(Image image)
    {
        using var region = Region.New(image);
        return region.Fetch(0, 0, image.Width, image.Height);
    }
}
