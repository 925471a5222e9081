namespace PatchSsl.Core.Search;

/// <summary>How many rows a search returns, from which end, and which may be among them. Every filter acts within the scan: k rows come back whenever k pass.</summary>
public sealed record SearchOptions
{
    /// <summary>Rows wanted, at least 1; fewer come back only where fewer pass.</summary>
    public required int K { get; init; }

    /// <summary>Ordinal of an image none of whose rows may come back; null (default) excludes none.</summary>
    public int? ExcludeImage { get; init; }

    /// <summary>Keep only the first row of each image, of those that pass; default false.</summary>
    public bool OnePerImage { get; init; }

    /// <summary>Whether an image, by its ordinal, may be among the answers; null (default) lets all. Called from several threads at once, and must not throw.</summary>
    public Func<int, bool>? Images { get; init; }

    /// <summary>Lowest cosine that may come back, -1 to 1; null (default) sets no bound.</summary>
    public float? MinScore { get; init; }

    /// <summary>Highest cosine that may come back, -1 to 1; null (default) sets no bound.</summary>
    public float? MaxScore { get; init; }

    /// <summary>Which end of the scores is wanted; default <see cref="SearchOrder.Nearest"/>.</summary>
    public SearchOrder Order { get; init; }

    /// <summary>Gives a row its exact score where the scan's is too near <see cref="MaxScore"/> to tell whether it passes; null: the scan's scores are exact.</summary>
    internal Func<Hit, Hit>? Settled { get; init; }

    /// <summary>These options as the scan reads them: for the negated query where the farthest are wanted, and without bounds that bind no cosine.</summary>
    internal SearchOptions Scanned
    {
        get
        {
            // A stored vector may be longer than 1 by its rounding: a bound at the end of the scale must not shut out such a row.
            var (low, high) = (MinScore is > -1 ? MinScore : null, MaxScore is < 1 ? MaxScore : null);
            return Order == SearchOrder.Farthest ? this with { MinScore = -high, MaxScore = -low } : this with { MinScore = low, MaxScore = high };
        }
    }
}

/// <summary>Which end of the scores a search returns, and in which order.</summary>
public enum SearchOrder
{
    /// <summary>Highest cosines, the highest first.</summary>
    Nearest,

    /// <summary>Lowest cosines, the lowest first.</summary>
    Farthest,
}

/// <summary>One search of a batch.</summary>
/// <param name="Vector">A vector of the index's dimension, of any length but 0.</param>
public sealed record PatchQuery(ReadOnlyMemory<float> Vector, SearchOptions Options);
