using PatchSsl.Core.Embedding;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Evaluation;

/// <summary>A weighted kNN evaluation: the test split's bags against the train split's.</summary>
/// <param name="Seed">Seeds the untrained encoder and, in a dataset without a test split, the held-out fifth.</param>
public sealed record KnnSpec(string DatasetDirectory, string CheckpointPath, VectorSpace Vectors, PatchGrid Grid, long Seed);

/// <summary>Accuracies in one setting.</summary>
public sealed record KnnScore(int K, double Temperature, double Accuracy);

/// <summary>The same protocol on vectors that needed no training.</summary>
/// <param name="Name">raw pixels or untrained encoder.</param>
public sealed record KnnBaseline(string Name, int K, double Temperature, double Accuracy);

/// <summary>A finished evaluation.</summary>
/// <param name="Scores">(k 200, T .1) first, then (k 20, T .07); k is the bank's size where that is smaller.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record KnnResult(
    IReadOnlyList<KnnScore> Scores, IReadOnlyList<KnnBaseline> Baselines, int TrainImages, int TestImages, string Protocol, string CheckpointSha256);
