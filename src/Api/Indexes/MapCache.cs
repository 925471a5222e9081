using PatchSsl.Api.Hosting;
using PatchSsl.Core.Explain.Map;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Makes maps one at a time, since each uses every core, and keeps the last ones: they never change.</summary>
public sealed class MapCache : IDisposable
{
    /// <summary>Points kept over all maps: some 60 bytes each.</summary>
    private const int KeptPoints = 1_000_000;

    private const int MostWaiting = 16;
    private readonly SemaphoreSlim _free = new(1);
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _kept = []; // the last used first
    private int _inside;

    /// <param name="indexId">Of the index, as maps are kept under it.</param>
    /// <param name="clusters">0 for none.</param>
    /// <returns>The map, and the group of each of its rows; empty where none were asked for.</returns>
    /// <exception cref="ProblemException">503: too many maps wait.</exception>
    public async Task<(PatchLayout Map, int[] Groups)> MakeAsync(string indexId, IndexFile index, int points, long seed, int clusters, CancellationToken cancellationToken)
    {
        // All rows are the same rows whatever the seed, but clusters begin where it says.
        if (points >= index.Count) points = (int)index.Count;
        if (Find(indexId, points, seed, clusters) is { } known) return known;
        try
        {
            if (Interlocked.Increment(ref _inside) > MostWaiting + 1) throw new ProblemException(Problems.Unavailable($"{MostWaiting} maps wait already.", "queue_full"));
            await _free.WaitAsync(cancellationToken);
            try
            {
                // Whoever was before may have made it.
                return Find(indexId, points, seed, clusters)
                    ?? await Task.Run(() => Keep(indexId, index, points, seed, clusters, cancellationToken), cancellationToken);
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Forgets the maps of an index.</summary>
    public void Drop(string indexId)
    {
        lock (_gate)
        {
            foreach (var entry in _kept.Where(e => e.Index == indexId).ToList()) _kept.Remove(entry);
        }
    }

    public void Dispose() => _free.Dispose();

    private (PatchLayout, int[])? Find(string indexId, int points, long seed, int clusters)
    {
        lock (_gate)
        {
            if (_kept.FirstOrDefault(e => e.Is(indexId, points, seed)) is not { } entry) return null;
            _kept.Remove(entry);
            _kept.AddFirst(entry);
            return clusters == 0 ? (entry.Map, []) : entry.Groups.TryGetValue(clusters, out var groups) ? (entry.Map, groups) : null;
        }
    }

    private (PatchLayout, int[]) Keep(string indexId, IndexFile index, int points, long seed, int clusters, CancellationToken cancellationToken)
    {
        var map = Find(indexId, points, seed, 0)?.Item1 ?? PatchLayout.Make(index, points, seed, cancellationToken);
        var groups = clusters == 0 ? [] : map.Cluster(index, clusters, seed, cancellationToken);
        lock (_gate)
        {
            var entry = _kept.FirstOrDefault(e => e.Is(indexId, points, seed));
            if (entry is null) _kept.AddFirst(entry = new Entry(indexId, points, seed, map));
            if (clusters > 0) entry.Groups[clusters] = groups;
            while (_kept.Count > 1 && _kept.Sum(e => e.Weight) > KeptPoints) _kept.RemoveLast();
        }
        return (map, groups);
    }

    private sealed record Entry(string Index, int Points, long Seed, PatchLayout Map)
    {
        /// <summary>Count of clusters → group of each row.</summary>
        public Dictionary<int, int[]> Groups { get; } = [];

        public long Weight => Map.Rows.Count * (1 + Groups.Count / 12L);

        public bool Is(string index, int points, long seed) => (Index, Points, Seed) == (index, points, seed);
    }
}
