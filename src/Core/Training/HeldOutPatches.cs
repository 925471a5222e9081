using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>Looks at a model from outside its training: patches of a fixed few images, without augmentation and with stored statistics.</summary>
internal sealed class HeldOutPatches
{
    private const int DiagnosticImages = 64, BankImages = 500, QueryImages = 250, ImagesAtOnce = 32;
    private const int Neighbours = 20;
    private const double Temperature = .07;

    private static readonly PatchGrid Grid = new(4);

    private readonly ImageStore _store;
    private readonly SslModel _model;
    private readonly double _epsilon;
    private readonly int[] _watched, _bank, _queries;

    /// <param name="training">Ordinals that are trained on.</param>
    /// <param name="heldOut">Ordinals that are not.</param>
    public HeldOutPatches(ImageStore store, SslModel model, Recipe recipe, int[] training, int[] heldOut, long seed)
    {
        (_store, _model, _epsilon) = (store, model, recipe.CodingRateEpsilon);
        _watched = Some(heldOut, DiagnosticImages, "diagnostics");
        _bank = Some([.. training.Where(Labelled)], BankImages, "knn bank");
        _queries = Some([.. heldOut.Where(Labelled)], QueryImages, "knn queries");

        bool Labelled(int ordinal) => store.ClassIndex(ordinal) >= 0;

        int[] Some(int[] ordinals, int count, string stream)
        {
            var shuffled = (int[])ordinals.Clone();
            new CounterRandom(seed, stream, 0).Shuffle<int>(shuffled);
            return shuffled[..Math.Min(count, shuffled.Length)];
        }
    }

    /// <summary>True where there are images to measure collapse on.</summary>
    public bool CanMeasure => _watched.Length >= 2;

    /// <summary>True where there are labelled images on both sides, of two classes at least.</summary>
    public bool HasLabels => _queries.Length > 0 && _bank.Select(_store.ClassIndex).Distinct().Take(2).Count() == 2;

    /// <summary>Labelled held-out images whose class is asked for.</summary>
    public int Asked => _queries.Length;

    /// <summary>Collapse diagnostics of the projection, which the objective acts on, and of the embedding, which is used; and the spectra of both.</summary>
    public (IReadOnlyDictionary<string, double> Values, IReadOnlyList<FeatureSpectrum> Spectra) Measure()
    {
        using var scope = NewDisposeScope();
        var (h, z) = Vectors(_watched);                                                  // (B, V, F), (B, V, D)
        // A few hundred rows: the decompositions are the CPU's work, whatever the device.
        var (embedding, projection) = (h.flatten(0, 1).to(CPU), z.flatten(0, 1).to(CPU));                    // (B·V, F), (B·V, D)
        var values = new Dictionary<string, double>
        {
            ["std"] = CollapseMeasures.Std(projection),
            ["stdEmbedding"] = CollapseMeasures.Std(embedding),
            ["codingRateFill"] = CollapseMeasures.CodingRateFill(projection, _epsilon),
            ["alignment"] = CollapseMeasures.Alignment(z.to(CPU)),
            ["uniformity"] = CollapseMeasures.Uniformity(projection),
        };
        var spectra = new List<FeatureSpectrum>();
        if (FeatureSpectrum.Of(VectorSpace.Embedding, embedding) is { } ofEmbedding) spectra.Add(ofEmbedding);
        if (FeatureSpectrum.Of(VectorSpace.Projection, projection) is { } ofProjection) spectra.Add(ofProjection);
        values["rankMe"] = RankMe(VectorSpace.Embedding);
        values["rankMeProjection"] = RankMe(VectorSpace.Projection);
        return (values, spectra);

        double RankMe(VectorSpace space) => spectra.FirstOrDefault(s => s.Vectors == space)?.RankMe ?? double.NaN;
    }

    /// <summary>Weighted kNN of the held-out images' bags among the training images', in the embedding: an indication, on a small part.</summary>
    /// <returns>NaN where a vector is not finite.</returns>
    public double KnnAccuracy()
    {
        var (votes, asked) = (Bags(_bank), Bags(_queries));
        if (!votes.Concat(asked).All(float.IsFinite)) return double.NaN;
        return WeightedKnn.Accuracy(votes, Labels(_bank), asked, Labels(_queries), Neighbours, Temperature);

        int[] Labels(int[] ordinals) => [.. ordinals.Select(_store.ClassIndex)];
    }

    private float[] Bags(int[] ordinals)
    {
        using var scope = NewDisposeScope();
        var bags = nn.functional.normalize(Bag.Mean(Vectors(ordinals).Embedding), p: 2, dim: 1);        // (B, F)
        return bags.to(CPU).data<float>().ToArray();
    }

    private (Tensor Embedding, Tensor Projection) Vectors(int[] ordinals)
    {
        using var frozen = no_grad();
        var spec = _model.Spec;
        var (h, z) = (new List<Tensor>(), new List<Tensor>());
        _model.Eval();
        try
        {
            foreach (var some in ordinals.Chunk(ImagesAtOnce))
            {
                using var scope = NewDisposeScope();
                var boxes = some.Select(i => Grid.Boxes(_store.Size(i).Width, _store.Size(i).Height, spec.PatchScale)).ToList();
                var patches = PatchCropper.Crop(ImageBatch.Of(_store, some), boxes, spec.InputSize, _model.Plan.Device);
                var output = _model.Forward(Augmenter.Normalise(patches, spec.Mean, spec.Deviation, _model.Plan.Compute));
                h.Add(output.Embedding.unflatten(0, [some.Length, Grid.Count]).MoveToOuterDisposeScope());
                z.Add(output.Projection.unflatten(0, [some.Length, Grid.Count]).MoveToOuterDisposeScope());
            }
        }
        finally
        {
            _model.Train();
        }
        return (cat(h), cat(z));                                                        // (B, V, F), (B, V, D)
    }
}
