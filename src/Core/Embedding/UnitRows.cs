namespace PatchSsl.Core.Embedding;

/// <summary>Vectors brought to unit length.</summary>
internal static class UnitRows
{
    /// <summary>Scales each row to unit length in place; a zero row stays zero.</summary>
    /// <param name="rows">(n, dim), row-major.</param>
    /// <exception cref="NotFiniteNumberException">A row holds NaN or infinity.</exception>
    public static void Scale(Span<float> rows, int dim)
    {
        for (var first = 0; first < rows.Length; first += dim)
        {
            var row = rows.Slice(first, dim);
            var squares = 0.0;
            foreach (var value in row) squares += (double)value * value;
            if (!double.IsFinite(squares)) throw new NotFiniteNumberException("A vector holds NaN or infinity.", squares);
            if (squares == 0) continue;
            var scale = 1 / Math.Sqrt(squares);
            foreach (ref var value in row) value = (float)(value * scale);
        }
    }
}
