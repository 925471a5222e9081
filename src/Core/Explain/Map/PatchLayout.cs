using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Map;

/// <summary>Some or all patches of an index, laid out along the directions in which their vectors vary most.</summary>
/// <remarks>
/// Principal components of the stored unit vectors, centred, not scaled: distances along the axes are those of the vectors. Nothing here
/// needs libtorch. Memory grows with the points drawn, not with the index.
/// </remarks>
public sealed class PatchLayout
{
    /// <summary>Points a map may have.</summary>
    public const int MostPoints = 200_000;

    /// <summary>Points that axes and groups are fitted on at most; a map of more draws these among its own.</summary>
    public const int MostFitted = 20_000;

    private readonly long[] _fitted; // places among Rows

    private PatchLayout(long total, long[] rows, long[] fitted, PrincipalComponents axes, float[][] coordinates)
    {
        (Total, Rows, _fitted, Explained, Coordinates) = (total, rows, fitted, axes.Explained, coordinates);
    }

    /// <summary>Rows of the index.</summary>
    public long Total { get; }

    /// <summary>Rows that are shown, ascending.</summary>
    public IReadOnlyList<long> Rows { get; }

    /// <summary>How many of them the axes were fitted on.</summary>
    public int Fitted => _fitted.Length;

    /// <summary>Share of the variance along each component, 0 to 1, largest first: ten, or as many as vectors have values.</summary>
    public IReadOnlyList<double> Explained { get; }

    /// <summary>A column of coordinates a component, a value a row.</summary>
    public IReadOnlyList<float[]> Coordinates { get; }

    /// <summary>Lays out an index.</summary>
    /// <param name="points">1 to <see cref="MostPoints"/>: all rows where there are no more, otherwise a sample.</param>
    /// <param name="seed">Decides which rows a sample holds, and nothing else.</param>
    public static PatchLayout Make(IndexFile index, int points, long seed, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, MostPoints);
        var numbers = MapSample.Of(index.Count, points, seed, "map.points");
        var fitted = MapSample.Of(numbers.Length, MostFitted, seed, "map.fitted");
        var axes = PrincipalComponents.Fit(new MapRows(index, Array.ConvertAll(fitted, f => numbers[f])), cancel);
        return new PatchLayout(index.Count, numbers, fitted, axes, axes.Project(new MapRows(index, numbers), cancel));
    }

    /// <summary>Groups the rows shown by the direction of their vectors.</summary>
    /// <param name="index">The index that the map was made of.</param>
    /// <param name="clusters">Groups, 1 to 50; no more than there are rows.</param>
    /// <param name="seed">Decides where the search for centres begins.</param>
    /// <returns>The group of each row, 0 the largest.</returns>
    public int[] Cluster(IndexFile index, int clusters, long seed, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        long[] numbers = [.. Rows];
        var centres = SphericalKMeans.Fit(new MapRows(index, Array.ConvertAll(_fitted, f => numbers[f])), Math.Min(clusters, _fitted.Length), seed, cancel);
        return SphericalKMeans.Assign(new MapRows(index, numbers), centres, cancel);
    }
}
