namespace PatchSsl.Api.Tests.Answers;

/// <summary>Comparing vectors.</summary>
public static class Vectors
{
    public static double Length(float[] v) => Math.Sqrt(v.Sum(x => (double)x * x));

    public static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / (Length(a) * Length(b));

    public static float[] Mean(IReadOnlyList<float[]> rows) => [.. Enumerable.Range(0, rows[0].Length).Select(d => rows.Average(r => r[d]))];

    /// <summary>Equal but for the rounding of another batch's order of sums.</summary>
    public static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs) + 1e-6f;
        for (var d = 0; d < expected.Length; d++) Assert.True(Math.Abs(expected[d] - actual[d]) <= 1e-4 * scale, $"{d}: {expected[d]} and {actual[d]}");
    }
}
