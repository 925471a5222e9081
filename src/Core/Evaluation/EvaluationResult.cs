using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;

namespace PatchSsl.Core.Evaluation;

/// <summary>One number of an evaluation, and what it was measured on.</summary>
/// <param name="Of"><c>model</c>, <c>raw pixels</c> or <c>untrained encoder</c>.</param>
/// <param name="Classifier"><c>knn</c> or <c>linear</c>.</param>
/// <param name="Vectors">Null for raw pixels.</param>
/// <param name="Patches"><c>grid:n</c>, <c>random:n</c> or <c>whole</c>.</param>
/// <param name="Accuracy">Share of test images whose class is right, 0 to 1; of a linear probe the mean over three seeds.</param>
/// <param name="Deviation">Of a linear probe: sample standard deviation over the three seeds.</param>
/// <param name="K">Of kNN: neighbours that voted, after clipping to the bank.</param>
/// <param name="Temperature">Of kNN.</param>
/// <param name="LearningRate">Of a linear probe: the rate that the validation part of train chose.</param>
public sealed record EvaluationScore(
    string Of, string Classifier, VectorSpace? Vectors, string Patches, double Accuracy, double? Deviation = null, int? K = null,
    double? Temperature = null, double? LearningRate = null);

/// <summary>How close the bag of n patches comes to the whole image: cosine of their vectors over the test images.</summary>
/// <param name="MeanCosine">-1 to 1.</param>
/// <param name="Deviation">Standard deviation over the images.</param>
public sealed record BagAgreement(VectorSpace Vectors, string Patches, double MeanCosine, double Deviation);

/// <summary>A finished evaluation.</summary>
/// <param name="Scores">The model's by space, patches and classifier in the order asked, then the baselines'.</param>
/// <param name="Agreement">Of a sweep; otherwise empty.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
/// <param name="CheckpointSha256">Hash of the checkpoint file.</param>
/// <param name="Cost">What training the checkpoint took; null where it does not say.</param>
/// <param name="Reading">What the figures are to be held against.</param>
public sealed record EvaluationResult(
    IReadOnlyList<EvaluationScore> Scores, IReadOnlyList<BagAgreement> Agreement, int TrainImages, int TestImages, string Protocol,
    string CheckpointSha256, TrainingCost? Cost, EvaluationReading Reading);
