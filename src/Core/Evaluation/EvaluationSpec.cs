using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Evaluation;

/// <summary>What is asked of a model's vectors.</summary>
public enum EvaluationKind
{
    /// <summary>Weighted kNN: no training at all.</summary>
    Knn,

    /// <summary>A linear classifier trained on the vectors.</summary>
    Linear,

    /// <summary>Both, for a row of patch counts and the whole image: the paper's central table.</summary>
    Sweep,
}

/// <summary>How the patches of an image are placed.</summary>
public enum PatchProtocol
{
    /// <summary>An even grid, without colour augmentation: repeats exactly, and the gain is the bag's alone.</summary>
    Grid,

    /// <summary>Random fixed-scale patches with the training's flips and colour augmentations: EMP-SSL's published protocol.</summary>
    RandomAugmented,
}

/// <summary>A setting of weighted kNN.</summary>
/// <param name="K">Neighbours that vote, at least 1.</param>
/// <param name="Temperature">A vote weighs exp(cosine / temperature); above 0.</param>
public sealed record KnnSetting(int K, double Temperature);

/// <summary>Which labelled images teach and which are asked.</summary>
/// <param name="Train">One of the dataset's splits. Null: <c>train</c> where <see cref="Test"/> finds its counterpart, otherwise all that is not asked.</param>
/// <param name="Test">One of the dataset's splits. Null: <c>test</c> where there is one, otherwise a seeded, class-balanced fifth is held out.</param>
/// <param name="Classes">Names of the classes that take part, two at least; null for all.</param>
/// <param name="MaxTrainImages">0 for all; otherwise a seeded, class-balanced subset of at most as many.</param>
/// <param name="MaxTestImages">As <paramref name="MaxTrainImages"/>, of the images that are asked.</param>
public sealed record SplitChoice(
    string? Train = null, string? Test = null, IReadOnlyList<string>? Classes = null, int MaxTrainImages = 0, int MaxTestImages = 0);

/// <summary>An evaluation of a model on a labelled dataset.</summary>
/// <param name="Vectors">Spaces that are measured, one at least.</param>
/// <param name="Patches">Patches of an image, one choice at least; <see cref="PatchProtocol.RandomAugmented"/> takes the counts, 0 being the whole
/// image. A sweep takes 1, 4, 16, 49 and 256 where this is empty, and adds the whole image.</param>
/// <param name="Neighbours">Null for the published settings: (200, .1) and (20, .07), clipped to the bank.</param>
/// <param name="Seed">Seeds subsets, random patches, the linear probe and the untrained encoder.</param>
/// <param name="Baselines">Raw pixels and the untrained encoder beside the model, in the same protocol.</param>
/// <param name="TrainedOn">Of a model that was trained on this very dataset; null for any other.</param>
public sealed record EvaluationSpec(
    string DatasetDirectory, string CheckpointPath, EvaluationKind Kind, IReadOnlyList<VectorSpace> Vectors, IReadOnlyList<PatchGrid> Patches,
    PatchProtocol Protocol, IReadOnlyList<KnnSetting>? Neighbours, SplitChoice Split, long Seed, bool Baselines,
    TrainedOn? TrainedOn = null);
