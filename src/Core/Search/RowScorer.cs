namespace PatchSsl.Core.Search;

/// <summary>Scores consecutive rows against every query.</summary>
/// <param name="scores">(count, Stride); columns after the last query say nothing.</param>
internal delegate void BlockScore(long first, int count, float[] scores);

/// <summary>Queries made ready to be scored against the rows of one kind of storage.</summary>
internal abstract class RowScorer : IDisposable
{
    /// <summary>Up to here, a dot product a query beats a tile of queries.</summary>
    public const int FewQueries = 3;

    /// <summary>Scores of a row lie this far apart: at least the queries.</summary>
    public abstract int Stride { get; }

    /// <summary>Bytes read of each row.</summary>
    public abstract int RowBytes { get; }

    /// <summary>A function for one core, with scratch memory of its own.</summary>
    /// <param name="blockRows">Rows it will be asked for at most.</param>
    public abstract BlockScore Worker(int blockRows);

    public abstract void Dispose();
}
