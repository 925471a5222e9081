using PatchSsl.Core.Embedding;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>Exact search of an f16 index: one query, and 64 together, beside a plain read of as many bytes.</summary>
internal static class SearchBench
{
    private const int Batch = 64, Centres = 256, Rounds = 15;

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "bench.index");
            Write(path, options.Int("rows", 200_000), options.Int("dim", 512));
            return Measure(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Report Measure(string path)
    {
        using var index = PatchIndex.Open(path);
        using var memory = new MemoryRead(index.Bytes);
        var random = new Random(1);
        var ten = new SearchOptions { K = 10 };
        PatchQuery[] queries = [.. Enumerable.Range(0, Batch).Select(_ => new PatchQuery(Near(index.Vector(random.NextInt64(index.Count)), .02f, random), ten))];

        var times = Bench.Rounds.MedianMilliseconds(
            Rounds, memory.Pass, () => index.Search(queries[0].Vector.Span, ten), () => index.SearchBatch(queries));
        var (read, one, many) = (times[0], times[1], times[2]);
        return new Report("search",
        [
            new Figure("one query", "ms", one, Better.Lower) { Limit = read, LimitName = "memory read", Goal = Goal.OfLimit(1 / 1.5) },
            new Figure($"{Batch} queries together", "queries/s", 1e3 * Batch / many, Better.Higher),
        ])
        {
            Setting = new Dictionary<string, object> { ["rows"] = index.Count, ["dim"] = index.Dim, ["storage"] = "f16", ["bytes"] = index.Bytes },
        };
    }

    /// <summary>Clustered vectors, as patches make them: 256 centres and noise.</summary>
    private static void Write(string path, int rows, int dim)
    {
        var random = new Random(0);
        var centres = Enumerable.Range(0, Centres).Select(_ => Near(new float[dim], 1, random)).ToArray();
        var header = new PatchIndexHeader(rows, dim, VectorSpace.Embedding, new PatchGrid(1), .25, new string('0', 64), "bench", new string('0', 64));
        using var writer = new PatchIndexWriter(path, header);
        for (var first = 0; first < rows; first += 1000)
        {
            var block = new float[Math.Min(1000, rows - first)][];
            Parallel.For(0, block.Length, i =>
            {
                var own = new Random(first + i);
                block[i] = Near(centres[own.Next(Centres)], .7f, own);
            });
            writer.Append(block.SelectMany(row => row).ToArray());
        }
        writer.Commit();
    }

    private static float[] Near(float[] centre, float spread, Random random) => Array.ConvertAll(
        centre, c => c + spread * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
}
