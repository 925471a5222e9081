using System.Text.RegularExpressions;

namespace PatchSsl.Bench;

/// <summary>From the start of the process to a ready server, and what it holds in memory while nobody asks anything.</summary>
internal static partial class StartBench
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Calls = ["runs", "datasets", "models", "indexes", "evaluations", "comparisons", "jobs", "recipes", "system", "demo"];

    public static Report Run(BenchOptions options)
    {
        var assembly = ServerBuild.Built(options);
        var folder = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            return Measure(assembly, folder.FullName, options.Int("rounds", 5));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Report Measure(string assembly, string folder, int rounds)
    {
        var used = Path.Combine(folder, "used");
        Directory.CreateDirectory(used);
        using (var first = RunningServer.Start(assembly, used)) Fill(first);
        var (empty, again, cpu) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var data = Path.Combine(folder, $"empty-{round}");
            Directory.CreateDirectory(data);
            using (var server = RunningServer.Start(assembly, data))
            {
                empty.Add(server.StartTime.TotalSeconds);
                cpu.Add(server.CpuTime.TotalSeconds);
            }
            using (var server = RunningServer.Start(assembly, used)) again.Add(server.StartTime.TotalSeconds);
        }
        using var idle = RunningServer.Start(assembly, used);
        idle.Rest(Settled);
        var (rss, pss, anonymous) = (idle.Memory("Rss"), idle.Memory("Pss"), idle.Memory("Pss_Anon"));
        Visit(idle);
        idle.Rest(Settled);
        return new Report("start",
        [
            new Figure("process start to ready, empty data directory", "s", Median(empty), Better.Lower) { Goal = Goal.AtMost(2) },
            new Figure("the same with data", "s", Median(again), Better.Lower) { Goal = Goal.AtMost(2) },
            new Figure("CPU time until ready", "s", Median(cpu), Better.Lower),
            new Figure("idle, resident (RSS)", "MB", rss, Better.Lower) { Goal = Goal.AtMost(300) },
            new Figure("idle, share of shared pages (PSS)", "MB", pss, Better.Lower),
            new Figure("idle, its own pages (anonymous)", "MB", anonymous, Better.Lower),
            new Figure("idle after a visit of the dashboard, RSS", "MB", idle.Memory("Rss"), Better.Lower) { Goal = Goal.AtMost(300) },
        ])
        {
            Setting = new Dictionary<string, object> { ["rounds"] = rounds, ["server"] = Path.GetRelativePath(Repository.Root, assembly) },
            Notes = [idle.HasLoaded("libtorch") ? "libtorch is loaded in the idle server." : "The idle server has no libtorch loaded, before and after the visit."],
        };
    }

    /// <summary>A dataset, so that there is something in the database and on the disk.</summary>
    private static void Fill(RunningServer server)
    {
        const string scenes = """{"name":"Scenes","source":{"kind":"generated","images":500,"size":64,"seed":1}}""";
        using var made = server.Http.PostAsync("/api/v1/datasets", new StringContent(scenes, System.Text.Encoding.UTF8, "application/json")).Result;
        made.EnsureSuccessStatusCode();
        while (!server.Http.GetStringAsync("/api/v1/datasets").Result.Contains("\"ready\"", StringComparison.Ordinal)) server.Rest(Pause);
    }

    /// <summary>What a person's first minute asks for: the page with every file it names, and the lists.</summary>
    private static void Visit(RunningServer server)
    {
        var page = server.Http.GetStringAsync("/").Result;
        foreach (var file in Files().Matches(page).Select(m => m.Groups[1].Value)) server.Http.GetByteArrayAsync(file).Wait();
        foreach (var call in Calls) server.Http.GetStringAsync($"/api/v1/{call}").Wait();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex("(?:src|href)=\"([^\"/][^\"]*\\.(?:js|css|svg))\"")]
    private static partial Regex Files();
}
