using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>A set of images, imported once into packed, checksummed shards.</summary>
/// <param name="Skipped">Files that could not be used; <c>/datasets/{id}/skipped</c> names them with the reason.</param>
/// <param name="Classes">Class names from first-level folders, sorted; empty when the images are unlabelled.</param>
/// <param name="Splits">Images a split, for example <c>train</c> and <c>test</c>.</param>
/// <param name="StorageSize">Longest stored side in pixels; larger images were reduced to it, smaller ones kept.</param>
/// <param name="Bytes">Size of the shards on disk.</param>
public sealed record Dataset(
    string Id, string Name, ResourceState State, int ImageCount, int Skipped, IReadOnlyList<string> Classes,
    IReadOnlyDictionary<string, int> Splits, int StorageSize, long Bytes, DatasetSource Source, string? Error,
    string? JobId, Progress? Progress, DateTimeOffset CreatedAt);

/// <summary>Where a dataset's images come from.</summary>
/// <param name="Kind">folder, generated or upload.</param>
/// <param name="Path">For folder: an absolute path below one of the server's <c>Data:ImportRoots</c>.</param>
/// <param name="Images">For generated: how many, 10 to 1,000,000.</param>
/// <param name="Size">For generated: side in pixels, 16 to 1,024.</param>
/// <param name="Seed">For generated: the same seed gives the same images.</param>
/// <param name="Scenes">For generated: which scenes; default mixtures.</param>
public sealed record DatasetSource(
    SourceKind Kind, string? Path = null, int? Images = null, int? Size = null, int? Seed = null, GeneratedScenes? Scenes = null);

/// <summary>Kind of a dataset's source.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SourceKind>))]
public enum SourceKind { Folder, Generated, Upload }

/// <summary>Which scenes the generator makes.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<GeneratedScenes>))]
public enum GeneratedScenes
{
    /// <summary>Nine classes, each a mixture of four kinds of part; colours lean towards classes.</summary>
    Mixtures,

    /// <summary>Nine classes, each a kind of part, which recurs in every colour, size, turn and place; about one part in five is of any kind.</summary>
    Kinds,
}

/// <param name="Name">1 to 200 characters.</param>
/// <param name="StorageSize">Longest stored side in pixels, 16 to 2,048; default 256.</param>
public sealed record CreateDataset(string Name, DatasetSource Source, int? StorageSize = null);

/// <param name="Name">1 to 200 characters.</param>
public sealed record UpdateDataset(string Name);

/// <summary>An image of a dataset, as stored.</summary>
/// <param name="Name">Its path in the source, for people; never used as a path.</param>
/// <param name="Class">Class name; null when unlabelled.</param>
/// <param name="Split">train, test or another first-level split folder; train when there was none.</param>
public sealed record ImageItem(string Id, string DatasetId, string Name, string? Class, string Split, int Width, int Height);

/// <summary>A file the import could not use.</summary>
public sealed record SkippedFile(string Name, string Reason);
