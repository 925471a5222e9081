using System.Globalization;
using System.Text.Json;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>Exact search of an f16 index: one query, and 64 together, beside a plain read of as many bytes.</summary>
internal static class SearchBench
{
    private const int Batch = 64, Centres = 256, Rounds = 15;

    public static int Run(string[] options)
    {
        var rows = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 200_000;
        var dim = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 512;
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "bench.index");
            Write(path, rows, dim);
            Measure(path);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(string path)
    {
        using var index = PatchIndex.Open(path);
        using var memory = new MemoryRead(index.Bytes);
        var random = new Random(1);
        var ten = new SearchOptions { K = 10 };
        PatchQuery[] queries = [.. Enumerable.Range(0, Batch).Select(_ => new PatchQuery(Near(index.Vector(random.NextInt64(index.Count)), .02f, random), ten))];

        var times = Bench.Rounds.MedianMilliseconds(
            Rounds, memory.Pass, () => index.Search(queries[0].Vector.Span, ten), () => index.SearchBatch(queries));

        var (read, one, many) = (times[0], times[1], times[2]);
        double Rate(double milliseconds, double amount) => amount / milliseconds / 1e6;
        Console.WriteLine($"{index.Count:N0} × {index.Dim}, f16, {index.Bytes / 1e6:N0} MB, {Environment.ProcessorCount} cores; medians of {Rounds}");
        Console.WriteLine();
        Console.WriteLine("                        ms    of the read      queries/s");
        Console.WriteLine(Row("memory read", read, 1, null) + $"   {Rate(read, index.Bytes):F1} GB/s");
        Console.WriteLine(Row("one query", one, one / read, 1e3 / one) + $"   {Rate(one, index.Bytes):F1} GB/s");
        Console.WriteLine(Row($"{Batch} queries", many, many / read, 1e3 * Batch / many) + $"   {Rate(many, 2.0 * Batch * index.Count * index.Dim):F0} GFLOP/s");
        Console.WriteLine();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            bench = "search",
            rows = index.Count,
            index.Dim,
            bytes = index.Bytes,
            cores = Environment.ProcessorCount,
            readMs = read,
            oneMs = one,
            batchMs = many,
            oneOverRead = one / read,
            batchQueriesPerSecond = 1e3 * Batch / many,
        }, JsonSerializerOptions.Web));
    }

    private static string Row(string name, double milliseconds, double ratio, double? rate) => $"{name,-16}{milliseconds,10:F2}{ratio,15:F2}{rate,15:N0}";

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
