using PatchSsl.Core.Images.Scenes;

namespace PatchSsl.Core.Images;

/// <summary>What to import, and where to.</summary>
/// <param name="Kind">folder, zip, cifar or generated; <c>upload</c> tells zip and CIFAR archives apart by their content.</param>
/// <param name="Path">Folder or file to read; null for generated.</param>
/// <param name="OutputDirectory">Created by the import under a temporary name and renamed when complete: it exists whole or not at
/// all.</param>
/// <param name="StorageSize">Longest stored side in pixels, 16 to 2,048.</param>
/// <param name="Generated">Only for generated.</param>
public sealed record ImportSpec(
    string Kind, string? Path, string OutputDirectory, int StorageSize, GeneratedSpec? Generated, ImportLimits Limits);

/// <param name="Images">10 to 1,000,000.</param>
/// <param name="Size">Side in pixels, 16 to 1,024.</param>
/// <param name="Seed">The same seed gives the same bytes.</param>
public sealed record GeneratedSpec(int Images, int Size, int Seed, SceneSet Scenes = SceneSet.Mixtures);

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

/// <summary>A finished import.</summary>
/// <param name="Bytes">Size of the shards.</param>
public sealed record ImportResult(
    int ImageCount, int Skipped, IReadOnlyList<string> Classes, IReadOnlyDictionary<string, int> Splits, long Bytes);
