using System.Diagnostics;
using System.Globalization;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Bench;

/// <summary>A training run end to end, beside PyTorch at the same work and beside our own model with everything else left out.</summary>
internal static class TrainBench
{
    private const string PeerName = "PyTorch", MemoryChild = "memory-child";

    public static Report Run(BenchOptions options)
    {
        if (options.Has(MemoryChild)) TellMemory(options);
        using var setting = new TrainSetting(options);
        setting.Prepare();

        var memory = Memory(options, setting);
        var peerMemory = PeerMemory(setting);
        double? peerEnd = null, peerModel = null;
        double end, model;
        IReadOnlyDictionary<string, double> shares;
        using (var peer = PythonPeer.TryStart("train.py", out var whyNot, setting.PeerArguments))
        using (var parts = new StepParts(setting))
        {
            parts.ModelOnly(TrainSetting.WarmUp);
            peer?.Round($"steps {TrainSetting.WarmUp}");
            peer?.Round($"model {TrainSetting.WarmUp}");
            var (ours, theirsEnd, theirsModel) = (0.0, 0.0, 0.0);
            end = TurnedRun.Measure(setting, () =>
            {
                theirsEnd += Seconds(peer, "steps");
                var start = Stopwatch.GetTimestamp();
                parts.ModelOnly(setting.Steps);
                ours += Stopwatch.GetElapsedTime(start).TotalSeconds;
                theirsModel += Seconds(peer, "model");
            });
            model = Rate(ours);
            if (peer is not null) (peerEnd, peerModel) = (Rate(theirsEnd), Rate(theirsModel));
            shares = parts.Shares(Math.Max(2, setting.Steps));
            return Tell(whyNot);
        }

        double Seconds(PythonPeer? peer, string what) => peer?.Round($"{what} {setting.Steps}").GetProperty("seconds").GetDouble() ?? 0;

        double Rate(double seconds) => (double)setting.Rounds * setting.Steps * setting.PatchesAStep / seconds;

        Report Tell(string? whyNot) => new("train",
        [
            Patches("end to end", end) with { Peer = peerEnd, Goal = Goal.TimesPeer(1.3) },
            Patches("end to end, of the model alone", end) with { PeerName = null, Limit = model, LimitName = "our model", Goal = Goal.OfLimit(.9) },
            Patches("model, loss and optimiser", model) with { Peer = peerModel },
            new("sampling and augmentation", "% of a step", Feeding.Sum(part => shares.GetValueOrDefault(part)), Better.Lower) { Goal = Goal.AtMost(8) },
            new("most memory held", "MB", memory, Better.Lower) { Peer = peerMemory, PeerName = peerMemory is null ? null : PeerName, Goal = Goal.TimesPeer(1 / 1.15) },
            .. shares.Select(part => new Figure($"share of {part.Key}", "% of a step", part.Value, Better.Lower)),
        ])
        {
            Setting = setting.Described,
            Notes =
            [
                .. whyNot is null ? Array.Empty<string>() : [whyNot],
                string.Create(CultureInfo.InvariantCulture, $"End to end is the product's own run with its reports and one checkpoint in {setting.Rounds * setting.Steps * setting.PatchesAStep / end:0} s, where a recipe has one a minute."),
                "PyTorch saves none. Its images are decoded before, and its loaders are stopped while ours is timed.",
                "Most memory is that of a process which does two steps end to end; of PyTorch without its loaders' processes.",
            ],
        };

        Figure Patches(string name, double rate) => new(name, "patches/s", rate, Better.Higher) { PeerName = peerEnd is null ? null : PeerName };
    }

    private static readonly string[] Feeding = ["draws", "crop", "augment", "normalise"];

    /// <summary>In megabytes, of a process of its own.</summary>
    private static double Memory(BenchOptions options, TrainSetting setting)
    {
        string[] own = ["train", $"--{MemoryChild}", "--dataset", setting.Dataset];
        // Started by `dotnet PatchSsl.Bench.dll`, this process is dotnet itself.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(TrainBench).Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. program, .. own, .. options.Values.SelectMany(o => new[] { $"--{o.Key}", o.Value }), "--steps", "1", "--rounds", "1"]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(said, CultureInfo.InvariantCulture) / 1e6;
    }

    private static double? PeerMemory(TrainSetting setting)
    {
        using var peer = PythonPeer.TryStart("train.py", out _, setting.PeerArguments);
        if (peer is null) return null;
        peer.Round("steps 2");
        return peer.Round("memory").GetProperty("bytes").GetDouble() / 1e6;
    }

    /// <summary>What the child does: two steps end to end, and its high-water mark.</summary>
    private static void TellMemory(BenchOptions options)
    {
        using (var setting = new TrainSetting(options)) TurnedRun.Measure(setting, () => { });
        Console.WriteLine(new PeakMemory(isCuda: false).Bytes().ToString(CultureInfo.InvariantCulture));
        Environment.Exit(0);
    }
}
