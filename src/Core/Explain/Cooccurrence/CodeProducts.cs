using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Mean products of vectors of two codes, over all pairs of patches of different images: exactly, from sums, in float64.</summary>
/// <remarks>
/// <code>
/// M(a,b) = (S_a·S_b - Σ_i S_a^i·S_b^i) / (n_a n_b - Σ_i n_a^i n_b^i),   S_a^i = sum over the patches of image i with code a, S_a = Σ_i S_a^i
/// </code>
/// An image drawn w times by the bootstrap counts w times in S and n and w² times in the corrections, so that an image is never paired with
/// its own copy.
/// </remarks>
internal sealed class CodeProducts
{
    /// <summary>Most values of the sums of some resamples.</summary>
    private const int SumValues = 1 << 24;

    private readonly float[] _vectors; // (N, D)
    private readonly int _dim, _perImage, _k;
    private readonly int[][] _ofCode;
    private readonly int[] _cells, _times;
    private readonly double[] _products;

    /// <param name="vectors">(N,D), one image's patches after the other's.</param>
    /// <param name="codes">N, 0 to K - 1.</param>
    public CodeProducts(float[] vectors, int dim, int[] codes, int perImage, int k)
    {
        (_vectors, _dim, _perImage, _k) = (vectors, dim, perImage, k);
        _ofCode = [.. Enumerable.Range(0, k).Select(_ => Array.Empty<int>())];
        foreach (var group in Enumerable.Range(0, codes.Length).GroupBy(p => codes[p])) _ofCode[group.Key] = [.. group];
        (_cells, _times, _products) = OwnPairs(codes);
    }

    /// <summary>Mean products for each drawing of the images.</summary>
    /// <param name="drawn">How often each image is drawn; ones for all images as they are.</param>
    /// <returns>(K,K) for each, symmetric; NaN where there are no two images with these codes.</returns>
    public IEnumerable<double[]> Means(IReadOnlyList<int[]> drawn)
    {
        var together = Math.Max(1, SumValues / (_k * _dim));
        foreach (var some in drawn.Chunk(together))
        {
            var all = Everything(some);                                                 // (r, K, K)
            for (var r = 0; r < some.Length; r++) yield return Corrected(all.AsSpan(r * _k * _k, _k * _k).ToArray(), some[r]);
        }
    }

    /// <summary>Mean products of different patches of one image, NaN where no image has these codes twice.</summary>
    /// <returns>(K,K), symmetric.</returns>
    public double[] SameImage()
    {
        var (sums, counts) = (new double[_k * _k], new long[_k * _k]);
        for (var e = 0; e < _cells.Length; e++)
        {
            if (_times[e] == 0) continue; // a patch and itself
            sums[_cells[e]] += _products[e];
            counts[_cells[e]] += _times[e];
        }
        return Symmetric([.. sums.Zip(counts, (s, n) => n == 0 ? double.NaN : s / n)]);
    }

    /// <summary>S_a·S_b for each drawing: one product a code for the sums, one for all cells.</summary>
    private double[] Everything(int[][] drawn)
    {
        using var scope = NewDisposeScope();
        var sums = zeros([drawn.Length, _k, _dim], float64);                            // (r, K, D)
        for (var a = 0; a < _k; a++)
        {
            if (_ofCode[a] is not { Length: > 0 } patches) continue;
            using var step = NewDisposeScope();
            var weights = new double[drawn.Length * patches.Length];
            for (var r = 0; r < drawn.Length; r++)
                for (var p = 0; p < patches.Length; p++) weights[(r * patches.Length) + p] = drawn[r][patches[p] / _perImage];
            sums.select(1, a).copy_(tensor(weights).view(drawn.Length, -1).mm(Rows(patches)));                // (r, n_a) (n_a, D)
        }
        return sums.bmm(sums.transpose(1, 2)).data<double>().ToArray();                 // (r, K, K)
    }

    private double[] Corrected(double[] sums, int[] drawn)
    {
        var pairs = new double[_k * _k];
        var counts = new double[_k];
        for (var a = 0; a < _k; a++) foreach (var p in _ofCode[a]) counts[a] += drawn[p / _perImage];
        for (var a = 0; a < _k; a++) for (var b = a; b < _k; b++) pairs[(a * _k) + b] = counts[a] * counts[b];
        var each = _perImage * (_perImage + 1) / 2;
        for (var e = 0; e < _cells.Length; e++)
        {
            var weight = (double)drawn[e / each] * drawn[e / each];
            sums[_cells[e]] -= weight * _products[e];
            pairs[_cells[e]] -= weight * Math.Max(1, _times[e]);
        }
        for (var cell = 0; cell < sums.Length; cell++) sums[cell] = pairs[cell] > .5 ? sums[cell] / pairs[cell] : double.NaN;
        return Symmetric(sums);
    }

    /// <summary>Products within each image, a patch with itself among them.</summary>
    /// <returns>Cell a·K + b with a ≤ b; how many ordered pairs of different patches an entry stands for in it, 0 for a patch and itself; the sum of their products.</returns>
    private (int[] Cells, int[] Times, double[] Products) OwnPairs(int[] codes)
    {
        var each = _perImage * (_perImage + 1) / 2;
        var images = codes.Length / _perImage;
        var (cells, times, products) = (new int[images * each], new int[images * each], new double[images * each]);
        var rows = Enumerable.Range(0, _perImage).ToArray();
        for (var (image, e) = (0, 0); image < images; image++)
        {
            using var scope = NewDisposeScope();
            var own = Rows([.. rows.Select(p => (image * _perImage) + p)]);             // (n, D)
            var gram = own.mm(own.t()).data<double>().ToArray();                        // (n, n)
            for (var i = 0; i < _perImage; i++)
            {
                for (var j = 0; j <= i; j++, e++)
                {
                    var (a, b) = (codes[(image * _perImage) + i], codes[(image * _perImage) + j]);
                    cells[e] = (Math.Min(a, b) * _k) + Math.Max(a, b);
                    times[e] = i == j ? 0 : a == b ? 2 : 1;
                    products[e] = Math.Max(1, times[e]) * gram[(i * _perImage) + j];
                }
            }
        }
        return (cells, times, products);
    }

    private Tensor Rows(int[] patches)
    {
        var rows = new double[patches.Length * _dim];
        for (var p = 0; p < patches.Length; p++)
            for (var d = 0; d < _dim; d++) rows[(p * _dim) + d] = _vectors[((long)patches[p] * _dim) + d];
        return tensor(rows).view(patches.Length, _dim);
    }

    private double[] Symmetric(double[] upper)
    {
        for (var a = 0; a < _k; a++) for (var b = 0; b < a; b++) upper[(a * _k) + b] = upper[(b * _k) + a];
        return upper;
    }
}
