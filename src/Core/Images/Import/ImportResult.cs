namespace PatchSsl.Core.Images.Import;

/// <summary>A finished import.</summary>
/// <param name="Bytes">Size of the shards.</param>
public sealed record ImportResult(
    int ImageCount, int Skipped, IReadOnlyList<string> Classes, IReadOnlyDictionary<string, int> Splits, long Bytes);
