namespace PatchSsl.Core.Explain.Map;

/// <summary>Eigenvalues of a small symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5).</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 30;

    /// <param name="matrix">(n, n), symmetric; left as it is.</param>
    /// <returns>Eigenvalues, largest first, and their unit eigenvectors.</returns>
    public static (double[] Values, double[][] Vectors) Of(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var v = new double[n][]; // row i is the vector of a[i, i]
        for (var i = 0; i < n; i++) (v[i] = new double[n])[i] = 1;
        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(a) > 1e-28 * Squares(a); sweep++)
        {
            for (var p = 0; p < n - 1; p++)
            {
                for (var q = p + 1; q < n; q++) Rotate(a, v, p, q);
            }
        }
        var order = Enumerable.Range(0, n).OrderByDescending(i => a[i, i]).ToArray();
        return (Array.ConvertAll(order, i => a[i, i]), Array.ConvertAll(order, i => v[i]));
    }

    /// <summary>Turns axes p and q so that a[p, q] becomes zero.</summary>
    private static void Rotate(double[,] a, double[][] v, int p, int q)
    {
        if (a[p, q] == 0) return;
        var slope = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = Math.CopySign(1, slope) / (Math.Abs(slope) + Math.Sqrt(slope * slope + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        for (var i = 0; i < v.Length; i++) (a[i, p], a[i, q]) = (c * a[i, p] - s * a[i, q], s * a[i, p] + c * a[i, q]);
        for (var i = 0; i < v.Length; i++) (a[p, i], a[q, i]) = (c * a[p, i] - s * a[q, i], s * a[p, i] + c * a[q, i]);
        for (var i = 0; i < v.Length; i++) (v[p][i], v[q][i]) = (c * v[p][i] - s * v[q][i], s * v[p][i] + c * v[q][i]);
    }

    private static double OffDiagonal(double[,] a)
    {
        var sum = 0.0;
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < i; j++) sum += 2 * a[i, j] * a[i, j];
        }
        return sum;
    }

    private static double Squares(double[,] a)
    {
        var sum = 0.0;
        foreach (var value in a) sum += value * value;
        return sum;
    }
}
