using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Images;
using TorchSharp;

namespace PatchSsl.Core.Tests.Embedding;

/// <summary>A small model in a checkpoint, and stores of made-up images.</summary>
internal static class TestModel
{
    public static ModelSpec Spec { get; } = new() { Width = .25, ProjectorHidden = 48, ProjectionDim = 24, InputSize = 16, PatchScale = .25 };

    /// <summary>As many threads as libtorch has in these tests: one, for tests run beside each other on every core. The number is the process's.</summary>
    public const int Threads = 1;

    /// <param name="precision">float32 as on most processors, unless a test is about bf16.</param>
    public static TorchRuntime Runtime(string precision = "float32") =>
        TorchRuntime.Start(new TorchOptions { Device = "cpu", Precision = precision, Threads = Threads });

    /// <param name="spoil">Changes the weights before they are saved.</param>
    public static string Save(TemporaryFolder folder, Action<SslModel>? spoil = null)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        using var model = SslModel.Create(Spec, ComputePlan.Float32(), seed: 3);
        // As after some training: statistics that are not those of a new model.
        model.Forward(torch.rand(64, 3, 16, 16, generator: new CounterRandom(1, "test", 0).Generator()));
        spoil?.Invoke(model);
        return CheckpointFile.Save(folder["model.safetensors"], model, null, new CheckpointInfo(Spec, 1, 3, null)).Path;
    }

    /// <summary>An encoder without a projector, as one imported from elsewhere.</summary>
    public static string SaveEncoder(TemporaryFolder folder)
    {
        var spec = Spec with { HasProjector = false };
        using var model = SslModel.Create(spec, ComputePlan.Float32(), seed: 3);
        return CheckpointFile.Save(folder["encoder.safetensors"], model, null, new CheckpointInfo(spec, 0, 0, null)).Path;
    }

    /// <summary>A store of count images; each is described by its class (null: none), split and painter of a pixel's RGB.</summary>
    public static string Store(TemporaryFolder folder, int count, Func<int, (string? Class, string Split, int Width, int Height)> describe, Func<int, int, int, byte[]> paint)
    {
        using var writer = new ImageStoreWriter(folder["ds_test"]);
        for (var i = 0; i < count; i++)
        {
            var (name, split, width, height) = describe(i);
            var rgb = new byte[3 * width * height];
            for (var p = 0; p < width * height; p++) paint(i, p % width, p / width).CopyTo(rgb, 3 * p);
            writer.Add($"{i}.png", name, split, width, height, rgb);
        }
        writer.Complete();
        return folder["ds_test"];
    }

    /// <summary>Noise, the same for the same image.</summary>
    public static Func<int, int, int, byte[]> Noise(int seed = 0) => (i, x, y) =>
    {
        var bytes = new byte[3];
        new Random(HashCode(seed, i, x / 2, y / 2)).NextBytes(bytes);
        return bytes;
    };

    private static int HashCode(params int[] values) => values.Aggregate(17, (hash, v) => unchecked(hash * 31 + v * 7919));
}
