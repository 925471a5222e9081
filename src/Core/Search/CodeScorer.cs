using System.Runtime.Intrinsics;

namespace PatchSsl.Core.Search;

/// <summary>Near-cosines of rows and queries that are both of one byte a value: off by <see cref="Bound"/> at most.</summary>
internal sealed unsafe class CodeScorer : RowScorer
{
    /// <summary>More than the rounding of a score's few floating-point steps.</summary>
    private const double Rounding = 1e-5;

    private readonly sbyte* _rows;
    private readonly float* _rowScales;
    private readonly int _stride, _count;
    private readonly sbyte[] _codes;
    private readonly float[] _scales, _offsets;
    private readonly int[] _totals;
    private readonly double[] _bounds;
    private readonly CodePanels? _panels;

    /// <param name="queries">(count, dim) unit vectors.</param>
    public CodeScorer(sbyte* rows, float* rowScales, float* centre, IndexHeader header, float[] queries)
    {
        _rows = rows;
        _rowScales = rowScales;
        (_stride, _count) = (header.CodeStride, queries.Length / header.Dim);
        (_codes, _totals, _bounds) = (new sbyte[_count * _stride], new int[_count], new double[_count]);
        var values = new float[_stride];
        _scales = new float[(_count + CodePanels.Width - 1) / CodePanels.Width * CodePanels.Width];
        _offsets = new float[_scales.Length];
        var middle = new ReadOnlySpan<float>(centre, header.Dim);
        var length = Math.Sqrt(Product(middle, middle));
        for (var q = 0; q < _count; q++)
        {
            var query = queries.AsSpan(q * header.Dim, header.Dim);
            query.CopyTo(values);
            _offsets[q] = (float)Product(query, middle);
            var codes = _codes.AsSpan(q * _stride, _stride);
            _scales[q] = CodeRows.Write(values, codes, out var error);
            foreach (var code in codes) _totals[q] += code;
            // With y = x − centre, ⟨q,y⟩ − ⟨q̂,ŷ⟩ = ⟨q−q̂, ŷ⟩ + ⟨q, y−ŷ⟩, and a stored row is hardly longer than 1.
            _bounds[q] = error * (1.001 + length + header.CodeError) + header.CodeError + Rounding;
        }
        if (_count > FewQueries) _panels = new CodePanels(_codes, _stride);
    }

    public override int Stride => _panels?.Stride ?? _count;

    public override int RowBytes => _stride + sizeof(float);

    /// <summary>How far a query's scores may be from those of its half-precision rows.</summary>
    public float Bound(int query) => (float)_bounds[query];

    public float Score(int query, long row)
    {
        fixed (sbyte* codes = _codes) return CodeRows.Dot(_rows + row * _stride, _stride, codes + query * _stride, _totals[query]) * (_rowScales[row] * _scales[query]) + _offsets[query];
    }

    public override BlockScore Worker(int blockRows)
    {
        if (_panels is null) return Few;
        var tile = new sbyte[CodePanels.TileRows * _stride];
        return (first, count, scores) => Many(first, count, scores, tile);
    }

    public override void Dispose() => _panels?.Dispose();

    private void Few(long first, int count, float[] scores)
    {
        var row = _rows + first * _stride;
        var scale = _rowScales + first;
        fixed (sbyte* codes = _codes)
        {
            var r = 0;
            for (; r + 4 <= count; r += 4, row += 4 * _stride)
            {
                var scales = Vector128.Load(scale + r);
                for (var q = 0; q < _count; q++)
                {
                    var four = Vector128.ConvertToSingle(CodeRows.Dot4(row, _stride, codes + q * _stride, _totals[q])) * (scales * _scales[q]) + Vector128.Create(_offsets[q]);
                    if (_count == 1) four.CopyTo(scores, r);
                    else
                    {
                        for (var i = 0; i < 4; i++) scores[(r + i) * _count + q] = four[i];
                    }
                }
            }
            for (; r < count; r++)
            {
                for (var q = 0; q < _count; q++) scores[r * _count + q] = Score(q, first + r);
            }
        }
    }

    private void Many(long first, int count, float[] scores, sbyte[] tile)
    {
        var stride = _panels!.Stride;
        fixed (float* score = scores)
        {
            fixed (sbyte* scratch = tile) _panels.Score(_rows + first * _stride, count, (int*)score, scratch);
            for (var r = 0; r < count; r++)
            {
                for (var q = 0; q < stride; q += 16)
                {
                    var at = score + r * stride + q;
                    (Vector512.ConvertToSingle(Vector512.Load((int*)at)) * (Vector512.Create(_rowScales[first + r]) * Vector512.Create(_scales.AsSpan(q))) + Vector512.Create(_offsets.AsSpan(q))).Store(at);
                }
            }
        }
    }

    private static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var d = 0; d < a.Length; d++) sum += (double)a[d] * b[d];
        return sum;
    }
}
