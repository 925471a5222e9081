using PatchSsl.Client.Contracts;

namespace PatchSsl.Client.Similarity;

/// <summary>A coloured part of a similarity map.</summary>
public readonly record struct SimilarityTile(int Index, Box Box, double Score);

/// <summary>A similarity map as tiles that cover the image once.</summary>
/// <remarks>Patches overlap, so each point takes the score of the patch whose centre is nearest to it; the outer tiles reach the edge.</remarks>
public static class SimilarityTiles
{
    /// <summary>Tiles row by row, in pixels of the image.</summary>
    public static IReadOnlyList<SimilarityTile> Of(SimilarityMap map, int width, int height)
    {
        if (map.Cells.Count != map.Rows * map.Columns) return [];
        var xs = Edges([.. Enumerable.Range(0, map.Columns).Select(c => Centre(map.Cells[c].Box.X, map.Cells[c].Box.Width))], width);
        var ys = Edges(
            [.. Enumerable.Range(0, map.Rows).Select(r => Centre(map.Cells[r * map.Columns].Box.Y, map.Cells[r * map.Columns].Box.Height))], height);
        return [.. map.Cells.Select((cell, i) =>
        {
            var (c, r) = (i % map.Columns, i / map.Columns);
            return new SimilarityTile(i, new Box(xs[c], ys[r], xs[c + 1] - xs[c], ys[r + 1] - ys[r]), cell.Score);
        })];
    }

    private static double Centre(double start, double length) => start + length / 2;

    private static double[] Edges(double[] centres, double end) =>
        [0, .. centres.Zip(centres.Skip(1), (a, b) => (a + b) / 2), end];
}
