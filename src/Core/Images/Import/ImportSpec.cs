using PatchSsl.Core.Images.Scenes;

namespace PatchSsl.Core.Images.Import;

/// <summary>What to import, and where to.</summary>
/// <param name="Kind">folder, zip, cifar or generated; <c>upload</c> tells zip and CIFAR archives apart by their content.</param>
/// <param name="Path">Folder or file to read; null for generated.</param>
/// <param name="OutputDirectory">Created by the import under a temporary name and renamed when complete: it exists whole or not at
/// all.</param>
/// <param name="StorageSize">Longest stored side in pixels, 16 to 2,048.</param>
/// <param name="Generated">Only for generated.</param>
public sealed record ImportSpec(
    string Kind, string? Path, string OutputDirectory, int StorageSize, GeneratedSpec? Generated, ImportLimits Limits);
