namespace PatchSsl.Bench;

/// <param name="Name">Word on the command line.</param>
/// <param name="What">A line of the usage.</param>
internal sealed record BenchCase(string Name, string What, Func<BenchOptions, Report> Run);

/// <summary>Everything that can be measured.</summary>
internal static class BenchCases
{
    public static IReadOnlyList<BenchCase> All { get; } =
    [
        new("embed", "the embedding server under load and idle, beside the network alone (--clients 64 --images 192 --width 1)", EmbedBench.Run),
        new("feed", "what comes before the model in a step, photographs and tiny images (--images 200 --batch 50 --views 8)", FeedBench.Run),
        new("gpu", "training steps and searches on a GPU, beside PyTorch on the same card (--device cuda --python PATH --images 10000 --batch 100 --views 20 --width 1 --rows 200000 --vector 512 --steps 20 --rounds 7)", GpuBench.Run),
        new("growth", "one int8 query against the size of the index, beside a read of as many bytes (--max-rows 1000000 --dim 512 --folder FOLDER)", GrowthBench.Run),
        new("import", "decoding, resizing and storing JPEG files, beside Pillow (--images 120 --tiny 4000)", ImportBench.Run),
        new("search", "exact search of f16 and int8 indexes, beside faiss and a read of as many bytes (--rows 200000 --dim 512 --rounds 7)", SearchBench.Run),
        new("start", "process start to ready, and an idle server's memory (--rounds 5, --server PatchSsl.Api.dll)", StartBench.Run),
        new("train", "a training run, beside PyTorch and our model alone (--width 1 --images 64 --patches 8 --side 32 --steps 1 --rounds 3 --dtype auto --data FOLDER)", TrainBench.Run),
        new("web", "the published dashboard in a browser: what a visit transfers, how fast charts follow and neighbours are seen (--updates 60 --rows 200000 --clicks 30, --server PatchSsl.Api.dll)", WebBench.Run),
    ];
}
