using System.Text.Json;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>Exact search of an index: one query, and 64 together, over f16 and over int8, beside faiss and beside a read of as many bytes.</summary>
internal static class SearchBench
{
    private const int K = 10, Batch = IndexFile.MaxBatch;
    private const string Spinning = "as it comes";

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            var vectors = new SearchVectors(options.Int("rows", 200_000), options.Int("dim", 512), Batch);
            vectors.WriteArrays(In("vectors.npy"), In("queries.npy"));
            vectors.WriteIndex(In("f16.index"), IndexStorage.F16);
            vectors.WriteIndex(In("int8.index"), IndexStorage.Int8);
            using var peer = PythonPeer.TryStart("search.py", out var whyNot, In("vectors.npy"), In("queries.npy"), K.ToString());
            using var asItComes = PythonPeer.TryStart("search.py", out _, In("vectors.npy"), In("queries.npy"), K.ToString(), "spin");
            using var f16 = new Side(In("f16.index"), vectors);
            using var int8 = new Side(In("int8.index"), vectors);
            return Measure(vectors, f16, int8, peer, asItComes, options.Int("rounds", 7), whyNot);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Report Measure(SearchVectors vectors, Side f16, Side int8, PythonPeer? peer, PythonPeer? asItComes, int rounds, string? whyNot)
    {
        string[] asked = peer is null ? [] : ["flat one", "flat all", "sq8 one", "sq8 all"];
        var answers = asked.Append(Spinning).ToDictionary(a => a, _ => new List<JsonElement>());
        var ours = Rounds.MedianMilliseconds(rounds,
            [f16.Read, f16.One, f16.All, int8.Read, int8.One, int8.All, () => AskSpinning(), .. asked.Select(a => (Action)(() => answers[a].Add(peer!.Round(a))))]);
        double? Peer(string a) => peer is null ? null : Milliseconds(answers[a].TakeLast(rounds));
        double? Rate(string a) => peer is null ? null : 1e3 * Batch / Milliseconds(answers[a].TakeLast(rounds));
        void AskSpinning()
        {
            if (asItComes is not null) answers[Spinning].Add(asItComes.Round("flat all"));
        }
        var truth = vectors.Nearest(K);
        double? PeerRecall(string a) => peer is null ? null : Recall(truth, q => [.. answers[a][^1].GetProperty("rows")[q].EnumerateArray().Select(r => r.GetInt64())]);

        return new Report("search",
        [
            .. Figures("f16", f16, ours.AsSpan(0, 3), truth, Peer("flat one"), Rate(Spinning), PeerRecall("flat all"), "faiss Flat"),
            .. Figures("int8", int8, ours.AsSpan(3, 3), truth, Peer("flat one"), Rate(Spinning), PeerRecall("sq8 all"), "faiss SQ8"),
            new Figure($"f16, {Batch} queries together", "queries/s", 1e3 * Batch / ours[2], Better.Higher) { Peer = Rate("flat all"), PeerName = "faiss Flat, its threads sleeping" },
            new Figure($"int8, {Batch} queries together", "queries/s", 1e3 * Batch / ours[5], Better.Higher) { Peer = Rate("flat all"), PeerName = "faiss Flat, its threads sleeping" },
            new Figure("int8, one query", "ms", ours[4], Better.Lower) { Peer = Peer("sq8 one"), PeerName = "faiss SQ8" },
            new Figure($"int8, {Batch} queries together", "queries/s", 1e3 * Batch / ours[5], Better.Higher) { Peer = Rate("sq8 all"), PeerName = "faiss SQ8" },
        ])
        {
            Setting = new Dictionary<string, object>
            {
                ["rows"] = vectors.Rows,
                ["dim"] = f16.Index.Dim,
                ["k"] = K,
                ["f16 bytes"] = f16.Index.Bytes,
                ["int8 bytes"] = int8.Index.Bytes,
                ["rounds"] = rounds,
            },
            Notes = whyNot is null ? [$"faiss {peer!.Ready.GetProperty("version")} on {peer.Ready.GetProperty("threads")} threads."] : [whyNot],
        };
    }

    private static IEnumerable<Figure> Figures(
        string storage, Side side, ReadOnlySpan<double> times, HashSet<long>[] truth, double? flatOne, double? flatRate, double? recall, string recallOf)
    {
        var (read, one, all) = (times[0], times[1], times[2]);
        return
        [
            new Figure($"{storage}, one query", "ms", one, Better.Lower) { Peer = flatOne, PeerName = "faiss Flat", Goal = Goal.TimesPeer(6) },
            new Figure($"{storage}, one query and its read", "ms", one, Better.Lower) { Limit = read, LimitName = "memory read", Goal = Goal.OfLimit(1 / 1.5) },
            new Figure($"{storage}, {Batch} queries together", "queries/s", 1e3 * Batch / all, Better.Higher)
            {
                Peer = flatRate, PeerName = "faiss Flat", Goal = Goal.TimesPeer(5),
            },
            new Figure($"{storage}, recall@{K}", "of 1", Recall(truth, side.Rows), Better.Higher) { Peer = recall, PeerName = recallOf, Goal = Goal.AtLeast(.999) },
            new Figure($"{storage}, managed memory of a query", "KB", side.Allocated() / 1e3, Better.Lower),
        ];
    }

    private static double Recall(HashSet<long>[] truth, Func<int, IEnumerable<long>> found) =>
        truth.Select((rows, q) => (double)found(q).Count(rows.Contains) / rows.Count).Average();

    private static double Milliseconds(IEnumerable<JsonElement> rounds)
    {
        double[] times = [.. rounds.Select(r => r.GetProperty("ms").GetDouble()).Order()];
        return times[times.Length / 2];
    }

    /// <summary>An index and what is asked of it.</summary>
    private sealed class Side : IDisposable
    {
        private static readonly SearchOptions Ten = new() { K = K };
        private readonly MemoryRead _memory;
        private readonly PatchQuery[] _queries;

        public Side(string path, SearchVectors vectors)
        {
            Index = IndexFile.Open(path);
            _memory = new MemoryRead(Index.BytesScanned);
            _queries = [.. Enumerable.Range(0, vectors.Queries).Select(q => new PatchQuery(vectors.Query(q), Ten))];
        }

        public IndexFile Index { get; }

        public void Read() => _memory.Pass();

        public void One() => Index.Search(_queries[0].Vector.Span, Ten);

        public void All() => Index.SearchBatch(_queries);

        public IEnumerable<long> Rows(int query) => Index.Search(_queries[query].Vector.Span, Ten).Select(h => h.Row);

        public long Allocated()
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            One();
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        public void Dispose()
        {
            Index.Dispose();
            _memory.Dispose();
        }
    }
}
