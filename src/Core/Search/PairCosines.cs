namespace PatchSsl.Core.Search;

/// <summary>The average cosine of two patches of different images: what a score means nothing without.</summary>
/// <remarks>
/// Exact over all pairs, in one pass: with unit rows v, S their sum, s(i) the sum of image i's P rows and N rows in all,
/// <code>average = (|S|² − Σ |s(i)|²) / (N² − N·P)</code>
/// since |S|² is the sum of the cosines of all ordered pairs, and |s(i)|² that of those within image i.
/// </remarks>
/// <param name="dim">Values of a row.</param>
/// <param name="perImage">P, rows of an image.</param>
internal sealed class PairCosines(int dim, int perImage)
{
    private readonly double[] _all = new double[dim], _image = new double[dim];
    private double _within;
    private long _rows;

    /// <summary>Takes the rows of whole images, in order.</summary>
    /// <param name="rows">(n·P, dim), of unit length, row-major.</param>
    public void Add(ReadOnlySpan<float> rows)
    {
        for (; rows.Length > 0; rows = rows[dim..])
        {
            for (var d = 0; d < dim; d++) _image[d] += rows[d];
            if (++_rows % perImage != 0) continue;
            for (var d = 0; d < dim; d++)
            {
                _within += _image[d] * _image[d];
                _all[d] += _image[d];
                _image[d] = 0;
            }
        }
    }

    /// <summary>-1 to 1; null where there is one image.</summary>
    public double? Average
    {
        get
        {
            var pairs = (double)_rows * (_rows - perImage);
            return pairs == 0 ? null : (_all.Sum(s => s * s) - _within) / pairs;
        }
    }
}
