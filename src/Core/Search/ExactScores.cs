namespace PatchSsl.Core.Search;

/// <summary>Cosines of single half-precision rows, wherever they lie, with the rounding that a scan of one query has.</summary>
internal sealed unsafe class ExactScores
{
    private readonly ushort* _rows;
    private readonly int _stride;
    private readonly float[] _queries;

    /// <param name="queries">(count, dim) unit vectors.</param>
    public ExactScores(ushort* rows, IndexHeader header, float[] queries)
    {
        _rows = rows;
        _stride = header.RowStride / sizeof(ushort);
        _queries = HalfScorer.Padded(queries, header.Dim, _stride);
    }

    public Hit Of(int query, long row)
    {
        fixed (float* queries = _queries) return new Hit(row, HalfRows.Dot(_rows + row * _stride, _stride, queries + query * _stride));
    }

    /// <summary>Has a row come from memory that will soon be scored.</summary>
    public void Expect(long row) => RowPrefetch.Row(_rows + row * _stride, _stride * sizeof(ushort));
}
