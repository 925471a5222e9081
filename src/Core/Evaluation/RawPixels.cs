using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>The images' own pixels as vectors: resized whole, less the average train image.</summary>
/// <remarks>Without the average taken off, all cosines are close to 1 and say little but how bright an image is.</remarks>
internal static class RawPixels
{
    /// <summary>Images, evenly spread over train, that the average is taken of.</summary>
    public const int MeanOf = 5_000;

    /// <param name="size">P: vectors have 3·P·P values.</param>
    public static BagFiles Encode(ImageStore store, EvaluationSplit split, int size, Action<int> done, CancellationToken cancel) => BagFiles.Build(features =>
    {
        var images = split.All;
        var file = features.Add(null, PatchPlan.Whole, images.Length, 3 * size * size);
        var step = (split.Train.Length + MeanOf - 1) / MeanOf;
        int[] sample = [.. split.Train.Where((_, i) => i % step == 0)];
        var mean = new float[file.Dim];
        foreach (var some in sample.Chunk(file.Block))
        {
            cancel.ThrowIfCancellationRequested();
            var pixels = Pixels(store, some, size);
            for (var i = 0; i < pixels.Length; i++) mean[i % mean.Length] += pixels[i] / sample.Length;
        }
        for (var first = 0; first < images.Length; first += file.Block)
        {
            cancel.ThrowIfCancellationRequested();
            var some = images[first..Math.Min(first + file.Block, images.Length)];
            var pixels = Pixels(store, some, size);
            for (var i = 0; i < pixels.Length; i++) pixels[i] -= mean[i % mean.Length];
            file.Write(first, pixels);
            done(some.Length);
        }
    });

    /// <returns>(n, 3·P·P) in 0 to 1.</returns>
    private static float[] Pixels(ImageStore store, int[] images, int size)
    {
        using var scope = NewDisposeScope();
        PatchSource[] whole = [.. images.SelectMany(i => GridPatches.Of(store, i, PatchGrid.Whole, 1))];
        return PatchBatch.Crop(whole, size, CPU).data<float>().ToArray();
    }
}
