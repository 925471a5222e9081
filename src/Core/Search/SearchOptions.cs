namespace PatchSsl.Core.Search;

/// <summary>How many rows a search returns, and which may be among them. Every filter acts within the scan: k rows come back whenever k pass.</summary>
public sealed record SearchOptions
{
    /// <summary>Rows wanted, at least 1; fewer come back only where fewer pass.</summary>
    public required int K { get; init; }

    /// <summary>Ordinal of an image none of whose rows may come back; null (default) excludes none.</summary>
    public int? ExcludeImage { get; init; }

    /// <summary>Keep only the best row of each image; default false.</summary>
    public bool OnePerImage { get; init; }

    /// <summary>Whether an image, by its ordinal, may be among the answers; null (default) lets all. Called from several threads at once, and must not throw.</summary>
    public Func<int, bool>? Images { get; init; }

    /// <summary>Lowest cosine that may come back, -1 to 1; null (default) sets no bound.</summary>
    public float? MinScore { get; init; }
}

/// <summary>One search of a batch.</summary>
/// <param name="Vector">A vector of the index's dimension, of any length but 0.</param>
public sealed record PatchQuery(ReadOnlyMemory<float> Vector, SearchOptions Options);
