using System.Numerics;
using System.Runtime.Intrinsics;

namespace PatchSsl.Core.Search;

/// <summary>Lets the scores that may still matter through the filters to the best k of each query.</summary>
/// <remarks>Nearly all scores fall below the k-th best so far, so that test comes first, for 16 queries at a time.</remarks>
internal sealed class ScoreGate
{
    private readonly SearchOptions[] _options;
    private readonly int _patchesPerImage;
    private readonly float[] _thresholds;
    private readonly Hit?[] _pending;

    /// <param name="stride">Scores of a row lie this far apart; those after the last query are ignored.</param>
    public ScoreGate(TopK[] best, SearchOptions[] options, int patchesPerImage, int stride)
    {
        (Best, _options, _patchesPerImage, Stride) = (best, options, patchesPerImage, stride);
        _pending = new Hit?[best.Length];
        _thresholds = new float[stride];
        _thresholds.AsSpan().Fill(float.PositiveInfinity);
        for (var q = 0; q < best.Length; q++) _thresholds[q] = best[q].Threshold;
    }

    public TopK[] Best { get; }

    public int Stride { get; }

    /// <summary>Takes the scores (count, Stride) of a block of whole images.</summary>
    public void Pass(long first, int count, ReadOnlySpan<float> scores)
    {
        for (var r = 0; r < count; r++)
        {
            if (Stride == 1 && r + Vector512<float>.Count <= count)
            {
                // One query: sixteen rows at a time. What they raise the threshold to, the best k themselves hold them against.
                var some = Vector512.GreaterThanOrEqual(Vector512.Create(scores[r..]), Vector512.Create(_thresholds[0])).ExtractMostSignificantBits();
                for (; some != 0; some &= some - 1)
                {
                    var at = r + BitOperations.TrailingZeroCount(some);
                    Offer(0, new Hit(first + at, scores[at]));
                }
                r += Vector512<float>.Count - 1;
                continue;
            }
            var row = scores.Slice(r * Stride, Stride);
            if (Stride % Vector512<float>.Count != 0)
            {
                for (var q = 0; q < Stride; q++)
                {
                    if (row[q] >= _thresholds[q]) Offer(q, new Hit(first + r, row[q]));
                }
                continue;
            }
            for (var v = 0; v < Stride; v += Vector512<float>.Count)
            {
                var open = Vector512.GreaterThanOrEqual(Vector512.Create(row[v..]), Vector512.Create(_thresholds.AsSpan(v))).ExtractMostSignificantBits();
                for (; open != 0; open &= open - 1)
                {
                    var q = v + BitOperations.TrailingZeroCount(open);
                    Offer(q, new Hit(first + r, row[q]));
                }
            }
        }
        for (var q = 0; q < _pending.Length; q++) Flush(q);
    }

    private void Offer(int q, Hit hit)
    {
        var options = _options[q];
        var image = (int)(hit.Row / _patchesPerImage);
        if (image == options.ExcludeImage || options.Images?.Invoke(image) == false) return;
        if (options.MaxScore is { } most)
        {
            if (options.Settled is { } settled) hit = settled(hit);
            if (!(hit.Score <= most)) return;
        }
        if (!options.OnePerImage)
        {
            Keep(q, hit);
            return;
        }
        // Rows of an image follow each other: its best is known once another image comes, or the block ends.
        if (_pending[q] is { } pending && pending.Row / _patchesPerImage == image)
        {
            if (hit.IsBetterThan(pending)) _pending[q] = hit;
            return;
        }
        Flush(q);
        _pending[q] = hit;
    }

    private void Flush(int q)
    {
        if (_pending[q] is { } pending) Keep(q, pending);
        _pending[q] = null;
    }

    private void Keep(int q, Hit hit)
    {
        Best[q].Offer(hit);
        _thresholds[q] = Best[q].Threshold;
    }
}
