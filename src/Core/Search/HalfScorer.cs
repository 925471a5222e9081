namespace PatchSsl.Core.Search;

/// <summary>Cosines of half-precision rows.</summary>
internal sealed unsafe class HalfScorer : RowScorer
{
    private readonly ushort* _rows;
    private readonly int _stride, _count;
    private readonly QueryPanels? _panels;
    private readonly float[] _queries = [];

    /// <param name="queries">(count, dim) unit vectors.</param>
    public HalfScorer(ushort* rows, IndexHeader header, float[] queries)
    {
        _rows = rows;
        (_stride, _count) = (header.RowStride / sizeof(ushort), queries.Length / header.Dim);
        if (_count > FewQueries) _panels = new QueryPanels(queries, header.Dim, _stride, HalfRows.Scale);
        else _queries = Padded(queries, header.Dim, _stride);
    }

    public override int Stride => _panels?.Stride ?? _count;

    public override int RowBytes => _stride * sizeof(ushort);

    /// <summary>Queries one by one, scaled for <see cref="HalfRows"/> and padded like the rows.</summary>
    public static float[] Padded(ReadOnlySpan<float> queries, int dim, int stride)
    {
        var padded = new float[queries.Length / dim * stride];
        for (var i = 0; i < queries.Length; i++) padded[i / dim * stride + i % dim] = queries[i] * HalfRows.Scale;
        return padded;
    }

    public override BlockScore Worker(int blockRows)
    {
        if (_panels is null) return Few;
        var tile = new float[QueryPanels.TileRows * _stride];
        return (first, count, scores) => Many(first, count, scores, tile);
    }

    public override void Dispose() => _panels?.Dispose();

    private void Few(long first, int count, float[] scores)
    {
        var row = _rows + first * _stride;
        fixed (float* queries = _queries)
        {
            var r = 0;
            for (; r + 4 <= count; r += 4, row += 4 * _stride)
            {
                for (var q = 0; q < _count; q++)
                {
                    var four = HalfRows.Dot4(row, _stride, queries + q * _stride);
                    for (var i = 0; i < 4; i++) scores[(r + i) * _count + q] = four[i];
                }
            }
            for (; r < count; r++, row += _stride)
            {
                for (var q = 0; q < _count; q++) scores[r * _count + q] = HalfRows.Dot(row, _stride, queries + q * _stride);
            }
        }
    }

    private void Many(long first, int count, float[] scores, float[] tile)
    {
        for (var r = 0; r < count; r += QueryPanels.TileRows)
        {
            var rows = Math.Min(QueryPanels.TileRows, count - r);
            fixed (float* floats = tile) HalfRows.Widen(_rows + (first + r) * _stride, rows * _stride, floats);
            _panels!.Score(tile, rows, scores.AsSpan(r * _panels.Stride));
        }
    }
}
