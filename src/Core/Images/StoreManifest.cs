using System.Security.Cryptography;
using System.Text.Json;

namespace PatchSsl.Core.Images;

/// <summary>What an image store holds; <c>manifest.json</c>, written last.</summary>
/// <remarks>
/// <code>
/// manifest.json     this record
/// images.table      one 40-byte record an image (see <see cref="ImageRecord"/>), ordinal = position
/// names.bin         names of the images, UTF-8, one after the other
/// skipped.jsonl     one {name, reason} a line
/// shard-00000.bin   16-byte header, then HWC RGB uint8 images one after the other; a new shard begins where one is full
/// </code>
/// </remarks>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Version">Version of the layout; a reader refuses the ones it does not know.</param>
/// <param name="Classes">Sorted; an image's class index points here.</param>
/// <param name="Splits">In order of first appearance; an image's split index points here.</param>
/// <param name="UniformWidth">Width of every image where all have one size, else 0.</param>
/// <param name="UniformHeight">Height of every image where all have one size, else 0.</param>
public sealed record StoreManifest(
    string Format, int Version, int ImageCount, IReadOnlyList<string> Classes, IReadOnlyList<SplitCount> Splits,
    int UniformWidth, int UniformHeight, StoreFile Table, StoreFile Names, StoreFile Skipped, int SkippedCount,
    IReadOnlyList<StoreFile> Shards)
{
    public const string CurrentFormat = "patchssl-images";
    public const int CurrentVersion = 1;
    public const string FileName = "manifest.json";

    private const long LargestManifest = 64 << 20;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Hash that stands for all of a dataset, lower-case hexadecimal: the manifest holds the hash of every other file, so its own tells them all.</summary>
    public static string Hash(string directory) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, FileName))));

    /// <summary>Every file besides the manifest.</summary>
    public IEnumerable<StoreFile> Files => [Table, Names, Skipped, .. Shards];

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="InvalidDataException">There is none, or it is not one of ours.</exception>
    internal static StoreManifest Read(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, FileName));
        if (!file.Exists) throw new InvalidDataException($"Image store: {FileName} is missing.");
        if (file.Length > LargestManifest) throw new InvalidDataException($"Image store: {FileName} is too large.");
        StoreManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<StoreManifest>(File.ReadAllBytes(file.FullName), Json);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"Image store: {FileName} is damaged.", error);
        }
        if (manifest is not { Format: CurrentFormat })
            throw new InvalidDataException($"Image store: {FileName} is not one of an image store.");
        if (manifest.Version != CurrentVersion)
            throw new InvalidDataException($"Image store: version {manifest.Version} is unknown, this program reads {CurrentVersion}.");
        if (manifest.Files.Any(file => file is not { HasPlainName: true, Bytes: >= 0 }))
            throw new InvalidDataException($"Image store: {FileName} names a file that cannot be one of its own.");
        if (manifest.ImageCount < 0 || manifest.Table.Bytes != (long)manifest.ImageCount * ImageRecord.Size)
            throw new InvalidDataException($"Image store: {manifest.ImageCount} images, but a table of {manifest.Table.Bytes} bytes.");
        return manifest;
    }
}

/// <summary>Images of a split.</summary>
public sealed record SplitCount(string Name, int Images);

/// <summary>A file of a store.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record StoreFile(string Name, long Bytes, string Sha256)
{
    internal bool HasPlainName => Name is { Length: > 0 } && Path.GetFileName(Name) == Name && Name is not "." and not "..";
}
