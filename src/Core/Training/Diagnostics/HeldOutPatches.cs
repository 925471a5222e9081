using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training.Diagnostics;

/// <summary>Looks at a model from outside its training: patches of a fixed few images, without augmentation and with stored statistics.</summary>
internal sealed class HeldOutPatches
{
    private const int DiagnosticImages = 64, BankImages = 500, QueryImages = 250, ImagesAtOnce = 32;
    private const int Neighbours = 20;
    private const double Temperature = .07;

    private static readonly PatchGrid Grid = new(4);

    private readonly ImageStore store;
    private readonly SslModel model;
    private readonly double epsilon;
    private readonly int[] watched, bank, queries;

    /// <param name="training">Ordinals that are trained on.</param>
    /// <param name="heldOut">Ordinals that are not.</param>
    public HeldOutPatches(ImageStore store, SslModel model, Recipe recipe, int[] training, int[] heldOut, long seed)
    {
        (this.store, this.model, epsilon) = (store, model, recipe.CodingRateEpsilon);
        watched = Some(heldOut, DiagnosticImages, "diagnostics");
        bank = Some([.. training.Where(Labelled)], BankImages, "knn bank");
        queries = Some([.. heldOut.Where(Labelled)], QueryImages, "knn queries");

        bool Labelled(int ordinal) => store.ClassIndex(ordinal) >= 0;

        int[] Some(int[] ordinals, int count, string stream)
        {
            var shuffled = (int[])ordinals.Clone();
            new CounterRandom(seed, stream, 0).Shuffle<int>(shuffled);
            return shuffled[..Math.Min(count, shuffled.Length)];
        }
    }

    /// <summary>True where there are images to measure collapse on.</summary>
    public bool CanMeasure => watched.Length >= 2;

    /// <summary>True where there are labelled images on both sides, of two classes at least.</summary>
    public bool HasLabels => queries.Length > 0 && bank.Select(store.ClassIndex).Distinct().Take(2).Count() == 2;

    /// <summary>Collapse diagnostics: of the projection, and the effective rank of the embedding.</summary>
    public IEnumerable<KeyValuePair<string, double>> Measure()
    {
        using var scope = NewDisposeScope();
        var (h, z) = Vectors(watched);                                                  // (B, V, F), (B, V, D)
        var flat = z.flatten(0, 1);                                                     // (B·V, D)
        return
        [
            new("std", CollapseMeasures.Std(flat)),
            new("codingRateFill", CollapseMeasures.CodingRateFill(flat, epsilon)),
            new("alignment", CollapseMeasures.Alignment(z)),
            new("uniformity", CollapseMeasures.Uniformity(flat)),
            new("rankMe", CollapseMeasures.RankMe(h.flatten(0, 1))),
        ];
    }

    /// <summary>Weighted kNN of the held-out images' bags among the training images', in the embedding: an indication, on a small part.</summary>
    /// <returns>NaN where a vector is not finite.</returns>
    public double KnnAccuracy()
    {
        var (votes, asked) = (Bags(bank), Bags(queries));
        if (!votes.Concat(asked).All(float.IsFinite)) return double.NaN;
        return WeightedKnn.Accuracy(votes, Labels(bank), asked, Labels(queries), Neighbours, Temperature);

        int[] Labels(int[] ordinals) => [.. ordinals.Select(store.ClassIndex)];
    }

    private float[] Bags(int[] ordinals)
    {
        using var scope = NewDisposeScope();
        var bags = nn.functional.normalize(Vectors(ordinals).Embedding.mean([1]), p: 2, dim: 1);             // (B, F)
        return bags.to(CPU).data<float>().ToArray();
    }

    private (Tensor Embedding, Tensor Projection) Vectors(int[] ordinals)
    {
        using var frozen = no_grad();
        var spec = model.Spec;
        var (h, z) = (new List<Tensor>(), new List<Tensor>());
        model.Eval();
        try
        {
            foreach (var some in ordinals.Chunk(ImagesAtOnce))
            {
                using var scope = NewDisposeScope();
                var boxes = some.Select(i => Grid.Boxes(store.Size(i).Width, store.Size(i).Height, spec.PatchScale)).ToList();
                var patches = PatchCropper.Crop(ImageBatch.Of(store, some), boxes, spec.InputSize, model.Plan.Device);
                var output = model.Forward(Augmenter.Normalise(patches, spec.Mean, spec.Deviation, model.Plan.Compute));
                h.Add(output.Embedding.unflatten(0, [some.Length, Grid.Count]).MoveToOuterDisposeScope());
                z.Add(output.Projection.unflatten(0, [some.Length, Grid.Count]).MoveToOuterDisposeScope());
            }
        }
        finally
        {
            model.Train();
        }
        return (cat(h), cat(z));                                                        // (B, V, F), (B, V, D)
    }
}
