using System.Diagnostics;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;

namespace PatchSsl.Bench;

/// <summary>Importing folders of JPEG files, as the product does it, beside Pillow that decodes and resizes the same files in as many processes.</summary>
internal static class ImportBench
{
    private const int Rounds = 5;

    public static Report Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            var (photographs, small) = (Path.Combine(folder.FullName, "photographs"), Path.Combine(folder.FullName, "small"));
            var (large, tiny) = (options.Int("images", 120), options.Int("tiny", 4000));
            Pictures.Write(photographs, large, 1024, 768);
            Pictures.Write(small, tiny, 32, 32);
            using var peer = PythonPeer.TryStart("import.py", out var whyNot, Environment.ProcessorCount.ToString());
            Set[] sets =
            [
                new("1024×768 stored at 256", photographs, large, 256, "resize", Goal.TimesPeer(2)),
                new("1024×768 stored at 256", photographs, large, 256, "thumbnail", null),
                new("1024×768 stored as they are", photographs, large, 1024, "resize", null),
                new("32×32 stored as they are", small, tiny, 32, "resize", null),
            ];
            return new Report("import", [.. sets.Select(set => Measure(folder.FullName, set, peer))])
            {
                Setting = new Dictionary<string, object> { ["images"] = large, ["tiny images"] = tiny, ["threads and processes"] = Environment.ProcessorCount },
                Notes =
                [
                    whyNot ?? $"Peer: {peer!.Ready.GetProperty("name")}, a pool of processes. Its resize decodes every pixel, its thumbnail lets the decoder reduce a JPEG to twice the size, as ours does.",
                    "Ours also checks every file, hashes what it writes, and syncs it to the disk; the peer keeps nothing. Where nothing is reduced, both are bound by libjpeg; for tiny files, ours by libvips' cost of opening one.",
                ],
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Measure(string folder, Set set, PythonPeer? peer)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var output = Path.Combine(folder, "store");
            var start = Stopwatch.GetTimestamp();
            var result = DatasetImport.Run(new ImportSpec("folder", set.Files, output, set.Side, null, new ImportLimits()), new SilentReporter(), default);
            var rate = set.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (result.ImageCount != set.Count) throw new InvalidOperationException($"{result.ImageCount} of {set.Count} images were imported.");
            Directory.Delete(output, recursive: true);
            var other = peer?.Round($"{set.How} {set.Side} {set.Files}").GetProperty("imagesPerSecond").GetDouble();
            if (round < 0) continue; // warms both up
            ours.Add(rate);
            if (other is { } value) theirs.Add(value);
        }
        return new Figure($"import of {set.Name}", "images/s", Median(ours), Better.Higher)
        {
            Peer = theirs.Count > 0 ? Median(theirs) : null,
            PeerName = theirs.Count > 0 ? $"Pillow {set.How}" : null,
            Goal = set.Goal,
        };
    }

    /// <param name="Side">Longer side that is stored.</param>
    /// <param name="How">The peer's way.</param>
    private sealed record Set(string Name, string Files, int Count, int Side, string How, Goal? Goal);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
