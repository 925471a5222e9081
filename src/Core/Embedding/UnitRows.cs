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

    /// <summary>Averages every image's vectors and scales the average to unit length: the bag.</summary>
    /// <param name="patches">(images · perImage, dim), row-major.</param>
    /// <returns>(images, dim).</returns>
    public static float[] Bags(ReadOnlySpan<float> patches, int perImage, int dim)
    {
        var bags = new float[patches.Length / perImage];
        for (var i = 0; i < patches.Length; i += dim)
        {
            var bag = bags.AsSpan(i / dim / perImage * dim, dim);
            for (var d = 0; d < dim; d++) bag[d] += patches[i + d] / perImage;
        }
        Scale(bags, dim);
        return bags;
    }
}
