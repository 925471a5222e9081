using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Map;

/// <summary>The directions in which rows vary most, and how much they vary along each.</summary>
/// <remarks>
/// A block Krylov method on the covariance C of the rows, which is never formed (Golub and Underwood 1977; Musco and Musco 2015):
/// <code>
/// :: Step 1  mean of the rows, and their variance in all directions together
/// :: Step 2  V = orthonormal basis of Q, CQ, C²Q, C³Q from 32 random directions Q: a pass over the rows each
/// :: Step 3  eigenvectors of VᵀCV, taken back to the rows' space; the best 32 are the next Q
/// </code>
/// It ends when the first ten satisfy Cu = λu to 3e-6 of the largest λ, or after 8 rounds. So memory and time grow with the dimension, not
/// with its square; up to 128 values the basis is the whole space and the answer exact. Sums are float32 in a block and float64 beyond.
/// </remarks>
internal sealed class PrincipalComponents
{
    /// <summary>Components found, where the vectors have as many values.</summary>
    public const int Most = 10;

    private const int Width = QueryPanels.Width;
    private const int Depth = 4;
    private const int MostRounds = 8;
    private const double Tolerance = 3e-6;

    private readonly MapRows _rows;
    private readonly float[] _mean; // (Stride)

    private PrincipalComponents(MapRows rows, float[] mean) => (_rows, _mean) = (rows, mean);

    /// <summary>Unit vectors of Dim values, the one of the largest variance first, each with its largest value above zero.</summary>
    public double[][] Directions { get; private set; } = [];

    /// <summary>Share of the whole variance along each direction, 0 to 1; zero where nothing varies.</summary>
    public double[] Explained { get; private set; } = [];

    public static PrincipalComponents Fit(MapRows rows, CancellationToken cancel)
    {
        // :: Step 1
        var (mean, variance) = Moments(rows, cancel);
        var found = new PrincipalComponents(rows, mean);
        var random = new CounterRandom(0, "map.directions", 0);
        double[][] start = [.. Enumerable.Range(0, Math.Min(Width, rows.Dim)).Select(_ => Enumerable.Range(0, rows.Dim).Select(_ => random.NextDouble(-1, 1)).ToArray())];
        for (var round = 0; ; round++)
        {
            var (values, vectors, residual) = found.Ritz(start, cancel);
            if (residual > Tolerance * values[0] && round + 1 < MostRounds)
            {
                start = [.. vectors.Take(Width)];
                continue;
            }
            found.Directions = [.. vectors.Take(Most).Select(Signed)];
            found.Explained = [.. values.Take(Most).Select(v => variance > 0 ? Math.Clamp(v / variance, 0, 1) : 0)];
            return found;
        }
    }

    /// <summary>Where rows lie along the directions.</summary>
    /// <returns>A column of coordinates a direction.</returns>
    public float[][] Project(MapRows rows, CancellationToken cancel)
    {
        var columns = Array.ConvertAll(Directions, _ => new float[rows.Count]);
        using var panels = Panels(Directions);
        rows.Run(() => new float[MapRows.BlockRows * Width], (scores, first, count, block) =>
        {
            rows.Subtract(block, _mean);
            panels.Score(block, count, scores);
            for (var c = 0; c < columns.Length; c++)
            {
                for (var r = 0; r < count; r++) columns[c][first + r] = scores[r * Width + c];
            }
        }, cancel);
        return columns;
    }

    private static (float[] Mean, double Variance) Moments(MapRows rows, CancellationToken cancel)
    {
        var sums = new double[rows.Stride];
        foreach (var part in rows.Run(() => new double[rows.Stride], (sum, _, _, block) =>
        {
            for (var i = 0; i < block.Length; i++) sum[i % sum.Length] += block[i];
        }, cancel)) Add(sums, part);
        var mean = Array.ConvertAll(sums, s => (float)(s / rows.Count));
        var squares = rows.Run(() => new double[1], (sum, _, _, block) =>
        {
            rows.Subtract(block, mean);
            foreach (var value in block) sum[0] += (double)value * value;
        }, cancel).Sum(part => part[0]);
        return (mean, squares / rows.Count);
    }

    /// <summary>Eigenvectors of C within the Krylov space of <paramref name="start"/>.</summary>
    /// <returns>Values, largest first, their unit vectors, and the largest |Cu - λu| of those that are asked for.</returns>
    private (double[] Values, double[][] Vectors, double Residual) Ritz(double[][] start, CancellationToken cancel)
    {
        // :: Step 2
        List<double[]> basis = [], images = [];
        for (var (depth, next) = (0, start); depth < Depth; depth++)
        {
            var fresh = Orthonormal(next, basis);
            if (fresh.Count == 0) break; // the space is closed: what it gives is exact
            basis.AddRange(fresh);
            images.AddRange(next = Covariance([.. fresh], cancel));
        }
        // :: Step 3
        var small = new double[basis.Count, basis.Count];
        for (var i = 0; i < basis.Count; i++)
        {
            for (var j = 0; j < basis.Count; j++) small[i, j] = (Dot(basis[i], images[j]) + Dot(basis[j], images[i])) / 2;
        }
        var (values, turns) = SymmetricEigen.Of(small);
        var vectors = turns.Take(Width).Select(t => Combine(basis, t)).ToArray();
        var residual = 0.0;
        for (var i = 0; i < Math.Min(Most, vectors.Length); i++)
        {
            var image = Combine(images, turns[i]);
            for (var d = 0; d < image.Length; d++) image[d] -= values[i] * vectors[i][d];
            residual = Math.Max(residual, Math.Sqrt(Dot(image, image)));
        }
        return (values, vectors, residual);
    }

    /// <summary>Products of C with at most 32 vectors: one pass over the rows.</summary>
    private double[][] Covariance(double[][] vectors, CancellationToken cancel)
    {
        using var panels = Panels(vectors);
        var stride = _rows.Stride;
        var products = new double[stride * Width];
        foreach (var part in _rows.Run(() => new Product(stride), (part, _, count, block) =>
        {
            _rows.Subtract(block, _mean);
            panels.Score(block, count, part.Scores);                      // (count, 32)
            part.Add(block, count);                                       // (Stride, 32) += blockᵀ · scores
        }, cancel)) Add(products, part.Sums);
        return [.. vectors.Select((_, v) => Enumerable.Range(0, _rows.Dim).Select(d => products[d * Width + v] / _rows.Count).ToArray())];
    }

    private QueryPanels Panels(double[][] vectors) =>
        new([.. vectors.SelectMany(v => Array.ConvertAll(v, x => (float)x))], _rows.Dim, _rows.Stride);

    /// <summary>The part of each vector that neither the basis nor the vectors before it hold, at unit length; without those that leave nothing.</summary>
    private static List<double[]> Orthonormal(double[][] vectors, List<double[]> basis)
    {
        List<double[]> fresh = [];
        foreach (var vector in vectors)
        {
            var (rest, length) = ((double[])vector.Clone(), Math.Sqrt(Dot(vector, vector)));
            if (length == 0) continue;
            for (var twice = 0; twice < 2; twice++) // once leaves as much as rounding hid
            {
                foreach (var other in basis.Concat(fresh)) Subtract(rest, other, Dot(rest, other));
            }
            var left = Math.Sqrt(Dot(rest, rest));
            if (left > 1e-6 * length) fresh.Add(Array.ConvertAll(rest, x => x / left));
        }
        return fresh;
    }

    private static double[] Combine(List<double[]> vectors, double[] weights)
    {
        var sum = new double[vectors[0].Length];
        for (var i = 0; i < vectors.Count; i++) Subtract(sum, vectors[i], -weights[i]);
        return sum;
    }

    private static double[] Signed(double[] vector)
    {
        var largest = vector.MaxBy(Math.Abs);
        return largest < 0 ? Array.ConvertAll(vector, x => -x) : vector;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void Subtract(double[] from, double[] vector, double weight)
    {
        for (var i = 0; i < from.Length; i++) from[i] -= weight * vector[i];
    }

    private static void Add(double[] sums, double[] more)
    {
        for (var i = 0; i < sums.Length; i++) sums[i] += more[i];
    }
}
