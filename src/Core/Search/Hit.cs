namespace PatchSsl.Core.Search;

/// <summary>A row found by a search.</summary>
/// <param name="Row">Row of the searched set, from 0.</param>
/// <param name="Score">Cosine similarity, -1 to 1.</param>
public readonly record struct Hit(long Row, float Score)
{
    /// <summary>The order of answers: higher score first, then lower row, so that ties always fall the same way.</summary>
    internal bool IsBetterThan(Hit other) => Score > other.Score || (Score == other.Score && Row < other.Row);
}
