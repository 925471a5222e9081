using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;
using static TorchSharp.torch;

namespace PatchSsl.Bench;

/// <summary>Search of an index on a GPU: one query, and 64 together, beside PyTorch's own product and choice of the best on the same card, beside a copy
/// within the card's memory, and beside the scan of the same index by this machine's CPU.</summary>
internal static class GpuSearch
{
    private const int K = 10, Batch = IndexFile.MaxBatch;

    /// <summary>What the peer is asked: rows in float32, as exact as ours; and in float16, which reads half as much and rounds each score to a thousandth.</summary>
    private static readonly string[] Asked = ["search-float32-one", "search-float32-all", "search-float16-one", "search-float16-all"];

    /// <param name="folder">For the index file.</param>
    /// <param name="each">Searches of a round.</param>
    public static Figure[] Measure(string folder, TorchRuntime runtime, PythonPeer? peer, string? name, (int Rows, int Dim) size, int each, int rounds)
    {
        var vectors = new SearchVectors(size.Rows, size.Dim, Batch);
        var path = Path.Combine(folder, "gpu.index");
        vectors.WriteIndex(path, IndexStorage.F16);
        using var index = IndexFile.Open(path);
        using var device = new DeviceIndex(index, runtime);
        using var scope = NewDisposeScope();
        // A copy reads as many bytes as it writes: of half as many bytes it moves as many as the rows have.
        var from = empty([DeviceIndex.BytesOf(index) / 2], ScalarType.Byte, runtime.Device);
        var to = empty_like(from);
        PatchQuery[] queries = [.. Enumerable.Range(0, Batch).Select(q => new PatchQuery(vectors.Query(q), new SearchOptions { K = K }))];
        PatchQuery[] one = [queries[0]];

        // PyTorch's CPU, on which a dry run is, may have no float16 product.
        string[] asked = peer is null ? [] : runtime.IsCuda ? Asked : Asked[..2];
        var theirs = asked.ToDictionary(a => a, _ => new List<double>());
        var ours = Rounds.MedianMilliseconds(rounds,
        [
            () => Repeat(() => device.SearchBatch(one)), () => Repeat(() => device.SearchBatch(queries)), () => Copy(),
            () => Repeat(() => index.SearchBatch(one)), () => Repeat(() => index.SearchBatch(queries)),
            .. asked.Select(a => (Action)(() => theirs[a].Add(peer!.Round($"{a} {each}").GetProperty("seconds").GetDouble()))),
        ]);
        double? Peer(string a) => theirs.TryGetValue(a, out var seconds) ? 1e3 * seconds.TakeLast(rounds).Order().ElementAt(rounds / 2) / each : null;
        double? PeerRate(string a) => Rate(Peer(a));
        var (oneMs, allMs, copyMs, cpuOneMs, cpuAllMs) = (ours[0] / each, ours[1] / each, ours[2] / each, ours[3] / each, ours[4] / each);
        return
        [
            new Figure("search, one query", "ms", oneMs, Better.Lower)
            {
                Peer = Peer(Asked[0]), PeerName = $"{name}, float32", Limit = copyMs, LimitName = "copy of as many bytes",
            },
            new Figure($"search, {Batch} queries together", "queries/s", Rate(allMs)!.Value, Better.Higher) { Peer = PeerRate(Asked[1]), PeerName = $"{name}, float32" },
            .. asked.Length < Asked.Length ? [] : new[]
            {
                new Figure("search, one query", "ms", oneMs, Better.Lower) { Peer = Peer(Asked[2]), PeerName = $"{name}, float16" },
                new Figure($"search, {Batch} queries together", "queries/s", Rate(allMs)!.Value, Better.Higher) { Peer = PeerRate(Asked[3]), PeerName = $"{name}, float16" },
            },
            new Figure("search, one query", "ms", oneMs, Better.Lower) { Peer = cpuOneMs, PeerName = "our scan by the CPU" },
            new Figure($"search, {Batch} queries together", "queries/s", Rate(allMs)!.Value, Better.Higher) { Peer = Rate(cpuAllMs), PeerName = "our scan by the CPU" },
            new Figure("queries that the CPU scanned for after all", "of all", (double)device.Unsettled / ((rounds + 2) * each * (Batch + 1)), Better.Lower),
        ];

        static double? Rate(double? milliseconds) => milliseconds is { } ms ? 1e3 * Batch / ms : null;

        void Repeat(Action search)
        {
            for (var i = 0; i < each; i++) search();
        }

        void Copy()
        {
            for (var i = 0; i < each; i++) to.copy_(from);
            if (runtime.IsCuda) cuda.synchronize();
        }
    }
}
