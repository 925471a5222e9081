using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>Averages of images' patch vectors, for every bag and space: every patch goes through the network once.</summary>
/// <remarks>
/// <code>
/// images ─ patches (b·n,3,P,P) ─ encoder, once ─ each space (b·n,D) ─ averages (bags,n) · ─ (bags,b,D) ─ a file for each bag and space
/// </code>
/// A batch holds whole images, or a part of one that has more patches than a batch. Averages are taken on the device, so that bags alone leave it.
/// </remarks>
internal sealed class BagEncoder(ImageStore store, PatchPlan plan, Encoder encoder, IReadOnlyList<VectorSpace> spaces, Device device)
{
    /// <param name="images">Ordinals, in the order of the rows.</param>
    /// <param name="done">Told how many more images are done.</param>
    /// <exception cref="JobFailedException">A vector is not finite.</exception>
    public BagFiles Encode(int[] images, Action<int> done, CancellationToken cancel) => BagFiles.Build(features =>
    {
        FeatureFile[][] files =
            [.. spaces.Select(space => plan.Bags.Select(bag => features.Add(space, bag.Name, images.Length, encoder.Dim(space))).ToArray())];
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var averages = Averages();                                                      // (bags, n)
        var together = Math.Max(1, encoder.BatchSize / plan.PerImage);
        for (var first = 0; first < images.Length; first += together)
        {
            cancel.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var batch = images[first..Math.Min(first + together, images.Length)];
            var bags = plan.PerImage > encoder.BatchSize ? OfOne(batch[0], averages) : Of(batch, averages);
            for (var s = 0; s < spaces.Count; s++)
            {
                var values = BagFiles.Finite(bags[s]).AsSpan();                         // (bags, b, D)
                var length = batch.Length * encoder.Dim(spaces[s]);
                for (var k = 0; k < plan.Bags.Count; k++) files[s][k].Write(first, values.Slice(k * length, length));
            }
            done(batch.Length);
        }
    });

    /// <returns>(bags, b, D) for each space.</returns>
    private Tensor[] Of(int[] images, Tensor averages)
    {
        var vectors = encoder.Forward([.. images.SelectMany(i => plan.Of(store, i))], spaces, patches => plan.Change(patches, store, images, 0));
        return [.. vectors.Select(v =>
            averages.expand(images.Length, -1, -1)                                      // (b, bags, n)
                .bmm(v.view(images.Length, plan.PerImage, -1))                          // (b, bags, D)
                .transpose(0, 1))];
    }

    /// <returns>(bags, 1, D) for each space, summed up over parts of the image's patches.</returns>
    private Tensor[] OfOne(int image, Tensor averages)
    {
        PatchSource[] patches = [.. plan.Of(store, image)];
        var parts = (patches.Length + encoder.BatchSize - 1) / encoder.BatchSize;
        var size = (patches.Length + parts - 1) / parts;
        Tensor[]? sums = null;
        for (var first = 0; first < patches.Length; first += size)
        {
            using var scope = NewDisposeScope();
            var (from, some) = (first, patches[first..Math.Min(first + size, patches.Length)]);
            var vectors = encoder.Forward(some, spaces, cut => plan.Change(cut, store, [image], from));
            Tensor[] bags = [.. vectors.Select(v => averages.narrow(1, from, some.Length).mm(v).unsqueeze(1))];           // (bags, 1, D)
            if (sums is null) sums = [.. bags.Select(b => b.MoveToOuterDisposeScope())];
            else foreach (var (sum, bag) in sums.Zip(bags)) sum.add_(bag);
        }
        return sums!;
    }

    private Tensor Averages() =>
        tensor(Bag.Weights([.. plan.Bags.Select(b => (b.First, b.Count))], plan.PerImage), device: device).view(plan.Bags.Count, plan.PerImage);
}
