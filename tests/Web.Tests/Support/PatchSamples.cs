using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Tests.Support;

/// <summary>Answers a server could give, around one dataset of 32 × 32 images and one model.</summary>
public static class PatchSamples
{
    public static readonly DateTimeOffset Then = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    public static Dataset Dataset(string id = "ds_1", params string[] classes) => new(
        id, "Scenes", ResourceState.Ready, 100, 0, classes, new Dictionary<string, int> { ["train"] = 80, ["test"] = 20 }, 32, 300_000,
        new DatasetSource(SourceKind.Generated), null, null, null, Then);

    public static ImageItem Image(int ordinal, string? @class = "cat") => new($"ds_1-{ordinal}", "ds_1", $"image-{ordinal}.png", @class, "train", 32, 32);

    public static Model Model(string id = "ck_1", int? projection = 64) => new(
        id, "first run", "checkpoint", "run_1", 500, 128, projection is null ? null : 256, projection, 32, 0.25, new string('a', 64), Then);

    /// <summary>An encoder trained elsewhere: no run, no projector.</summary>
    public static Model Imported(string id = "mdl_1") =>
        new(id, "theirs", "imported", null, null, 512, null, null, 224, 0.25, new string('b', 64), Then)
        {
            Architecture = new ModelArchitecture(18, 1, "imagenet", [.485, .456, .406], [.229, .224, .225]),
            Bytes = 44_800_000,
            SourceSha256 = new string('c', 64),
            LeftOut = "fc.bias, fc.weight",
        };

    public static PatchIndex Index(string id, VectorKind vectors, ResourceState state = ResourceState.Ready) => new(
        id, "ds_1", "Scenes", "ck_1", "first run", vectors, "grid:16", VectorStorage.F16, state, state == ResourceState.Ready ? 1600 : 0, 64, 204_800,
        state == ResourceState.Ready ? 1 : null, state == ResourceState.Failed ? "The disk is full." : null, null,
        state == ResourceState.Building ? new Progress(40, 100, "images", 20, 3) : null, Then);

    public static NeighbourResult Found(string index, params int[] images) => new(
        [.. images.Select((image, i) => new Neighbour(
            i + 1, $"{index}-{image * 16}", $"ds_1-{image}", $"image-{image}.png", image % 2 == 0 ? "cat" : "dog", new Box(0, 0, 16, 16), 0.9 - i / 10.0, "", 32, 32))],
        true, 1.25);

    public static SimilarityMap Map(string image) => new(
        image, 4, 4, [.. Enumerable.Range(0, 16).Select(i => new SimilarityCell(new Box(i % 4 * 16 / 3.0, i / 4 * 16 / 3.0, 16, 16), i / 16.0))]);

    public static Evaluation Evaluation(string id, VectorKind vectors, string patches, double accuracy, ResourceState state = ResourceState.Ready) => new(
        id, EvaluationKind.Knn, "ck_1", "first run", "ds_1", "Scenes, small", vectors, patches, 0, state, state == ResourceState.Ready ? accuracy : null,
        "Weighted kNN, k 200, T 0.1.", state == ResourceState.Ready ? [new("knn", vectors, patches, accuracy, K: 200, Temperature: 0.1), new("knn", vectors, patches, accuracy - 0.01, K: 20, Temperature: 0.07)] : [],
        state == ResourceState.Ready ? [new("raw pixels", "knn", null, "whole", 0.31, K: 200, Temperature: 0.1), new("untrained encoder", "knn", vectors, patches, 0.35, K: 200, Temperature: 0.1)] : [],
        1_600, 400, new string('a', 64), state == ResourceState.Failed ? "The worker ended." : null, "job_e", null, Then,
        Cost: state == ResourceState.Ready ? new TrainingCost(245_760, 3_725, 2_150_000_000, "cpu (2 threads), libtorch 2.10.0, bf16") : null);

    /// <summary>A finished sweep in h and z at 1 and 16 patches and the whole image: h gains from the bag and beats z.</summary>
    public static Evaluation Sweep(string id = "ev_s", ResourceState state = ResourceState.Ready)
    {
        VectorKind[] spaces = [VectorKind.Embedding, VectorKind.Projection];
        string[] patches = ["grid:1", "grid:16", "whole"];
        EvaluationScore[] scores =
        [
            .. from space in spaces
               from p in patches
               let accuracy = (space == VectorKind.Embedding ? 0.5 : 0.4) + (p == "grid:16" ? 0.3 : p == "whole" ? 0.2 : 0)
               from score in new EvaluationScore[]
               {
                   new("knn", space, p, accuracy, K: 200, Temperature: 0.1), new("linear", space, p, accuracy + 0.05, 0.002, LearningRate: 0.3),
               }
               select score,
        ];
        return Evaluation(id, VectorKind.Embedding, "grid:16", 0.85, state) with
        {
            Kind = EvaluationKind.Sweep,
            Sweep = new EvaluationSweep(spaces, patches),
            Scores = state == ResourceState.Ready ? scores : [],
            Baselines = state != ResourceState.Ready ? [] :
            [
                new("raw pixels", "knn", null, "whole", 0.31, K: 200, Temperature: 0.1), new("raw pixels", "linear", null, "whole", 0.33, 0.001),
                .. scores.Select(s => new EvaluationBaseline("untrained encoder", s.Classifier, s.Vectors, s.Patches, s.Accuracy / 2, s.Deviation, s.K, s.Temperature)),
            ],
            Agreement = state == ResourceState.Ready ? [new(VectorKind.Embedding, "grid:1", 0.61, 0.05), new(VectorKind.Embedding, "grid:16", 0.912, 0.021)] : [],
            Protocol = "Sweep over bags, seed 0.",
        };
    }

    public static SystemInfo System(string device = "cpu") => new(
        device.Length > 0 ? "libtorch 2.10.0 on cpu, bf16" : "libtorch could not be loaded: no such file.", device,
        new Dictionary<string, string> { ["libtorch"] = "2.10.0", ["PatchSslWeb"] = "0.1.0" }, 512_000_000, 40_000_000_000, 2, 1, 1, [], Then);
}
