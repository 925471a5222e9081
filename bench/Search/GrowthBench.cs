using System.Diagnostics;
using System.Globalization;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>One query of an int8 index of 10^4, 10^5 ... rows: its time beside a read of as many mapped bytes, and the memory it takes.</summary>
/// <remarks>10^7 rows of 512 values are a file of 15.4 GB, of which a query reads 5.2 GB; it should fit the machine's memory.</remarks>
internal static class GrowthBench
{
    private const int K = 10, BlockRows = 10_000, HeaderBytes = 4096, Counted = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly SearchOptions Ten = new() { K = K };

    public static Report Run(BenchOptions options)
    {
        var (most, dim) = ((long)options.Number("max-rows", 1e6), options.Int("dim", 512));
        var vectors = new SearchVectors(BlockRows, dim, 16);
        var figures = new List<Figure>();
        var allocated = new List<long>();
        for (var rows = 10_000L; rows <= most; rows *= 10)
        {
            var folder = Directory.CreateDirectory(Path.Combine(options.Text("folder") ?? Path.GetTempPath(), $"patchssl-growth-{Environment.ProcessId}"));
            try
            {
                var path = Path.Combine(folder.FullName, "growth.index");
                Write(path, vectors, rows, dim);
                figures.AddRange(Measure(path, vectors, rows, allocated));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        figures.Add(new Figure("managed memory of a query, largest index over smallest", "times", (double)allocated[^1] / allocated[0], Better.Lower) { Goal = Goal.AtMost(1.5) });
        return new Report("growth", figures)
        {
            Setting = new Dictionary<string, object> { ["dim"] = dim, ["k"] = K, ["storage"] = "int8", ["bytes a row"] = 3 * dim + sizeof(float) },
            Notes = ["The limit is a read of the same bytes of the same file through a map, on every core, once they are in memory."],
        };
    }

    private static IEnumerable<Figure> Measure(string path, SearchVectors vectors, long rows, List<long> allocated)
    {
        using var index = IndexFile.Open(path);
        using var memory = MemoryRead.Mapped(path, HeaderBytes, index.BytesScanned);
        var asked = 0;
        void Query() => index.Search(vectors.Query(asked++ % vectors.Queries).Span, Ten);

        // The first, smallest index sees code that is still being compiled: until that is done, it is not timed.
        for (var start = Stopwatch.GetTimestamp(); allocated.Count == 0 && Stopwatch.GetElapsedTime(start) < WarmUp;) Query();
        var times = Rounds.MedianMilliseconds(rows > 1_000_000 ? 9 : 51, memory.Pass, Query);
        var (managed, anonymous) = (GC.GetTotalAllocatedBytes(precise: true), Anonymous());
        for (var i = 0; i < Counted; i++) Query();
        allocated.Add((GC.GetTotalAllocatedBytes(precise: true) - managed) / Counted);
        var name = rows.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            new Figure($"{name} rows, one query", "ms", times[1], Better.Lower) { Limit = times[0], LimitName = "mapped read", Goal = Goal.OfLimit(1 / 1.5) },
            new Figure($"{name} rows, a query", "ns a row", 1e6 * times[1] / rows, Better.Lower),
            new Figure($"{name} rows, managed memory of a query", "KB", allocated[^1] / 1e3, Better.Lower),
            new Figure($"{name} rows, what {Counted} queries add to the process's own memory", "MB", (Anonymous() - anonymous) / 1e6, Better.Lower) { Goal = Goal.AtMost(4) },
        ];
    }

    /// <summary>One block of rows over and over, each time with another value changed, so that no two blocks are the same.</summary>
    private static void Write(string path, SearchVectors vectors, long rows, int dim)
    {
        using var writer = new IndexWriter(path, SearchVectors.Header(rows, dim, IndexStorage.Int8));
        var block = vectors.AllRows.ToArray();
        for (var b = 0; b < rows / BlockRows; b++)
        {
            for (var r = 0; r < BlockRows; r++) block[r * dim + b % dim] += .05f;
            writer.Append(block);
        }
        writer.Commit();
    }

    /// <summary>Bytes of the process that are no file's: what a copy of the index would add to.</summary>
    private static long Anonymous() => File.Exists("/proc/self/status")
        ? 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : 0;
}
