using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Bench;

/// <summary>Many callers of the real server, and one of an idle one, beside the network alone in this process, in turn.</summary>
/// <remarks>Callers, server and decoders share the machine: what they take is taken from the forward, and counted.</remarks>
internal static class EmbedBench
{
    private const int PerImage = EmbedSet.PerImage, Turns = 3;
    private const string Npy = "application/x-npy", Json = "application/json";

    public static Report Run(BenchOptions options)
    {
        var (clients, images) = (options.Int("clients", 64), options.Int("images", 192));
        var spec = new ModelSpec { Width = options.Number("width", 1), HasProjector = false };
        var runtime = TorchRuntime.Start(new TorchOptions());
        var data = Directory.CreateTempSubdirectory("patchssl-bench-");
        try
        {
            using var server = RunningServer.Start(ServerBuild.Built(options), data.FullName);
            using var encoder = Model(spec, runtime, data.FullName, server.Http, out var model);
            return Measure(server, encoder, model, clients, images, runtime.Summary);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Report Measure(RunningServer server, Encoder encoder, string model, int clients, int images, string computes)
    {
        List<Figure> figures = [];
        List<string> notes = [];
        foreach (var side in new[] { 224, 32 })
        {
            using var set = EmbedSet.Make(encoder, clients, side);
            foreach (var accept in side == 224 ? new[] { Npy, Json } : [Npy])
            {
                using var load = new EmbedLoad(server, model, set.Files, clients, accept);
                figures.Add(Throughput($"{side}×{side} JPEG, {clients} clients, {(accept == Npy ? "npy" : "JSON")}", encoder, set, load, images, notes));
                if (accept == Npy) figures.Add(Latency($"{side}×{side} JPEG, one image, idle server", encoder, set, load));
            }
        }
        return new Report("embed", figures)
        {
            Setting = new Dictionary<string, object>
            {
                ["model"] = $"ResNet-18 × {encoder.Spec.Width}",
                ["input"] = encoder.Spec.InputSize,
                ["patches an image"] = PerImage,
                ["clients"] = clients,
                ["images a turn"] = images,
                ["patches a batch"] = encoder.BatchSize,
                ["computes"] = computes,
            },
            Notes = notes,
        };
    }

    private static Figure Throughput(string name, Encoder encoder, EmbedSet set, EmbedLoad load, int images, List<string> notes)
    {
        load.Run(images / 2);
        Forward(encoder, set.Batch);
        List<double> raw = [], served = [];
        EmbedCost cost = default;
        for (var turn = 0; turn < Turns; turn++)
        {
            var (start, forwarded) = (Stopwatch.GetTimestamp(), 0L);
            for (; forwarded < images * PerImage; forwarded += set.Batch.Count) Forward(encoder, set.Batch);
            raw.Add(forwarded / PerImage / Stopwatch.GetElapsedTime(start).TotalSeconds);
            var (rate, took) = load.Run(images);
            served.Add(rate);
            cost += took;
        }
        notes.Add($"{name}: {cost.Per(Turns * images)}; {load.Wrong} answers differ from the image's own on the idle server.");
        return new Figure(name, "images/s", Median(served), Better.Higher) { Limit = Median(raw), LimitName = "raw forward", Goal = Goal.OfLimit(.9) };
    }

    private static Figure Latency(string name, Encoder encoder, EmbedSet set, EmbedLoad load)
    {
        var times = Rounds.MedianMilliseconds(25, () => Forward(encoder, set.One), load.One);
        return new Figure(name, "ms", times[1], Better.Lower) { Limit = times[0], LimitName = "raw forward", Goal = Goal.OfLimit(1 / 1.3) };
    }

    private static void Forward(Encoder encoder, PatchInput input) =>
        encoder.Forward(input, VectorSpace.Embedding, new float[input.Count * encoder.Dim(VectorSpace.Embedding)]);

    /// <summary>The same model here and on the server.</summary>
    private static Encoder Model(ModelSpec spec, TorchRuntime runtime, string folder, HttpClient http, out string id)
    {
        var path = Path.Combine(folder, "bench.safetensors");
        using (var model = SslModel.Create(spec, ComputePlan.Float32(), seed: 1)) CheckpointFile.Save(path, model, null, new CheckpointInfo(spec, 0, 1, null));
        using var form = new MultipartFormDataContent
        {
            { new StringContent("bench"), "name" },
            { new ByteArrayContent(File.ReadAllBytes(path)), "file", "bench.safetensors" },
        };
        using var answer = http.PostAsync("/api/v1/models", form).GetAwaiter().GetResult().EnsureSuccessStatusCode();
        id = answer.Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult().GetProperty("id").GetString()!;
        return Encoder.Load(path, runtime);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
