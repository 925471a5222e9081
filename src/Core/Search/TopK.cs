namespace PatchSsl.Core.Search;

/// <summary>The k best of the hits offered, in any order of offering: a binary heap with the worst kept hit at its root.</summary>
/// <param name="k">At least 1.</param>
/// <param name="floor">Scores below it are never kept.</param>
internal sealed class TopK(int k, float floor = float.NegativeInfinity)
{
    // Grown on demand: a caller may ask for far more than there is.
    private Hit[] _heap = new Hit[Math.Min(k, 64)];
    private int _count;

    /// <summary>A score below this can change nothing; one equal to it may, by its row.</summary>
    public float Threshold { get; private set; } = floor;

    public void Offer(Hit hit)
    {
        // Written so that NaN, possible only in a damaged file, is turned away.
        if (!(hit.Score >= Threshold)) return;
        if (_count < k)
        {
            if (_count == _heap.Length) Array.Resize(ref _heap, (int)Math.Min(k, 2L * _count));
            _heap[_count++] = hit;
            SiftUp(_count - 1);
        }
        else if (hit.IsBetterThan(_heap[0]))
        {
            _heap[0] = hit;
            SiftDown();
        }
        if (_count == k) Threshold = _heap[0].Score;
    }

    public void OfferAll(TopK other)
    {
        foreach (var hit in other.Kept) Offer(hit);
    }

    /// <summary>The hits kept, in no order.</summary>
    public ReadOnlySpan<Hit> Kept => _heap.AsSpan(0, _count);

    /// <summary>The hits kept, best first.</summary>
    public Hit[] ToSorted()
    {
        var hits = _heap[.._count];
        Array.Sort(hits, static (a, b) => a == b ? 0 : a.IsBetterThan(b) ? -1 : 1);
        return hits;
    }

    private void SiftUp(int i)
    {
        while (i > 0)
        {
            var parent = (i - 1) / 2;
            if (!_heap[parent].IsBetterThan(_heap[i])) return;
            (_heap[parent], _heap[i]) = (_heap[i], _heap[parent]);
            i = parent;
        }
    }

    private void SiftDown()
    {
        var i = 0;
        while (true)
        {
            var worst = i;
            for (var child = 2 * i + 1; child <= 2 * i + 2 && child < _count; child++)
            {
                if (_heap[worst].IsBetterThan(_heap[child])) worst = child;
            }
            if (worst == i) return;
            (_heap[worst], _heap[i]) = (_heap[i], _heap[worst]);
            i = worst;
        }
    }
}
