using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>A protocol.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<EvaluationKind>))]
public enum EvaluationKind { Knn }

/// <summary>How well a model's vectors tell a labelled dataset's classes apart.</summary>
/// <param name="Accuracy">Headline, 0 to 1: the first of <paramref name="Scores"/>; null until ready.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
/// <param name="Scores">Every setting measured.</param>
/// <param name="Baselines">Raw pixels and the same encoder before training, under the same protocol.</param>
/// <param name="ModelSha256">Hash of the checkpoint that was evaluated.</param>
public sealed record Evaluation(
    string Id, EvaluationKind Kind, string Model, string ModelName, string DatasetId, string DatasetName, VectorKind Vectors, string Patches,
    long Seed, ResourceState State, double? Accuracy, string Protocol, IReadOnlyList<EvaluationScore> Scores,
    IReadOnlyList<EvaluationBaseline> Baselines, int TrainImages, int TestImages, string? ModelSha256, string? Error, string? JobId,
    Progress? Progress, DateTimeOffset CreatedAt);

/// <summary>Accuracy under one setting of weighted kNN.</summary>
/// <param name="K">Neighbours that vote; the bank's size where it is smaller.</param>
/// <param name="Temperature">A vote weighs exp(cosine / temperature).</param>
public sealed record EvaluationScore(int K, double Temperature, double Accuracy);

/// <summary>The same protocol on vectors that needed no training.</summary>
/// <param name="Name">raw pixels or untrained encoder.</param>
public sealed record EvaluationBaseline(string Name, int K, double Temperature, double Accuracy);

/// <param name="Model">Id of a model, or of a run for its newest checkpoint.</param>
/// <param name="Patches"><c>grid:n</c> with n a square number from 1 to 256, or <c>whole</c>.</param>
/// <param name="Seed">Seeds the untrained encoder and any subset.</param>
public sealed record CreateEvaluation(
    string Model, string DatasetId, EvaluationKind Kind = EvaluationKind.Knn, VectorKind Vectors = VectorKind.Embedding,
    string Patches = "grid:16", long Seed = 0);
