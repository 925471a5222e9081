namespace PatchSsl.Core.Images;

/// <summary>Bounds on untrusted input.</summary>
public sealed record ImportLimits
{
    /// <summary>Pixels of one image, read from its header before decoding; default 100 million.</summary>
    public long MaxImagePixels { get; init; } = 100_000_000;

    /// <summary>Longer side of one image in pixels; default 32,768.</summary>
    public int MaxImageSide { get; init; } = 32_768;

    /// <summary>Bytes of one file or archive entry, counted as written; default 200 MB.</summary>
    public long MaxEntryBytes { get; init; } = 200_000_000;

    /// <summary>Entries of an archive; default 200,000.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Bytes an archive may unpack to; default 20 GB.</summary>
    public long MaxTotalBytes { get; init; } = 20_000_000_000;

    /// <summary>Unpacked bytes a packed byte, once 100 MB were written; default 100.</summary>
    public double MaxRatio { get; init; } = 100;
}
