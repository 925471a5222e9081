using System.Runtime.Intrinsics;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Map;

/// <summary>The sum over rows of row × scores, gathered block by block: float32 within a block, float64 over the blocks.</summary>
internal sealed unsafe class Product(int stride)
{
    private const int Width = QueryPanels.Width;
    private readonly float[] _block = new float[stride * Width];

    /// <summary>(rows of a block, 32), set before <see cref="Add"/>.</summary>
    public float[] Scores { get; } = new float[MapRows.BlockRows * Width];

    /// <summary>(stride, 32).</summary>
    public double[] Sums { get; } = new double[stride * Width];

    /// <param name="rows">(count, stride).</param>
    public void Add(ReadOnlySpan<float> rows, int count)
    {
        Array.Clear(_block);
        fixed (float* row = rows, score = Scores, sum = _block)
        {
            for (var r = 0; r < count; r++)
            {
                var (a, b) = (Vector512.Load(score + r * Width), Vector512.Load(score + r * Width + 16));
                for (var d = 0; d < stride; d++)
                {
                    var value = Vector512.Create(row[r * stride + d]);
                    var at = sum + d * Width;
                    Vector512.FusedMultiplyAdd(value, a, Vector512.Load(at)).Store(at);
                    Vector512.FusedMultiplyAdd(value, b, Vector512.Load(at + 16)).Store(at + 16);
                }
            }
        }
        for (var i = 0; i < Sums.Length; i++) Sums[i] += _block[i];
    }
}
