using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>What is measured: weighted kNN, a linear probe, or both over many numbers of patches.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<EvaluationKind>))]
public enum EvaluationKind { Knn, Linear, Sweep }

/// <summary>Which patches a bag is made of: a deterministic grid without colour changes, or randomly placed and augmented ones.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PatchProtocol>))]
public enum PatchProtocol { Grid, RandomAugmented }

/// <summary>How well a model's vectors tell a labelled dataset's classes apart. Nothing of it changes once it is ready.</summary>
/// <param name="Vectors">Space of the headline; a sweep measures those in <paramref name="Sweep"/>.</param>
/// <param name="Patches">Patches of the headline.</param>
/// <param name="Accuracy">
/// Headline, 0 to 1; null until ready. knn: the first setting (k 200 unless asked otherwise). linear: the mean over the seeds. sweep: the linear probe
/// on the embedding (the first space asked for where that is not among them) of the largest bag.
/// </param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
/// <param name="Scores">Everything measured of the model.</param>
/// <param name="Baselines">Raw pixels and the same encoder before training, under the same protocol; empty where they were not asked for.</param>
/// <param name="ModelSha256">Hash of the checkpoint that was evaluated.</param>
/// <param name="Agreement">Of a sweep: how close bags come to the whole-image vector.</param>
/// <param name="Cost">What training the model has cost so far; null where its file does not say, as with an imported encoder.</param>
/// <param name="PatchProtocol">How the patches are taken.</param>
/// <param name="Sweep">Of a sweep: its spaces and patches.</param>
/// <param name="Neighbours">kNN settings asked for; null for (200, .1) and (20, .07).</param>
/// <param name="Split">Images asked for; null for the dataset's own split.</param>
/// <param name="Reading">What the figures are to be held against; null until ready, and of an evaluation that an earlier version made.</param>
/// <param name="Findings">What the headline is worth, in words, what matters most first; empty until ready.</param>
public sealed record Evaluation(
    string Id, EvaluationKind Kind, string Model, string ModelName, string DatasetId, string DatasetName, VectorKind Vectors, string Patches,
    long Seed, ResourceState State, double? Accuracy, string Protocol, IReadOnlyList<EvaluationScore> Scores,
    IReadOnlyList<EvaluationBaseline> Baselines, int TrainImages, int TestImages, string? ModelSha256, string? Error, string? JobId,
    Progress? Progress, DateTimeOffset CreatedAt, IReadOnlyList<BagAgreement>? Agreement = null, TrainingCost? Cost = null,
    PatchProtocol PatchProtocol = PatchProtocol.Grid, EvaluationSweep? Sweep = null, IReadOnlyList<KnnSetting>? Neighbours = null,
    EvaluationSplit? Split = null, EvaluationReading? Reading = null, IReadOnlyList<EvaluationFinding>? Findings = null);

/// <summary>What an evaluation's figures are to be held against.</summary>
/// <param name="Classes">Classes that take part: a guess is right once in so many.</param>
/// <param name="LargestClass">The class with the most training images.</param>
/// <param name="LargestClassShare">Accuracy of always answering it, 0 to 1.</param>
/// <param name="TrainedOnTest">
/// Test images that the model was trained on, without their labels; null where that cannot be told: it was trained on another dataset or elsewhere.
/// </param>
/// <param name="Tests">The model's scores against the baselines' on the same test images.</param>
public sealed record EvaluationReading(
    int Classes, string LargestClass, double LargestClassShare, int? TrainedOnTest, IReadOnlyList<BaselineTest> Tests);

/// <summary>One of the model's scores against a baseline's in the same setting.</summary>
/// <param name="Baseline">raw pixels, untrained encoder or largest class.</param>
/// <param name="Better">Test images on which the model does better; of a linear probe: right with more of its seeds.</param>
/// <param name="Worse">Test images on which the baseline does better.</param>
/// <param name="PValue">Of McNemar's exact test, two-sided.</param>
/// <param name="Outcome">better or worse where the p-value is below 0.05, otherwise noDifference.</param>
/// <inheritdoc cref="EvaluationScore"/>
public sealed record BaselineTest(
    string Baseline, string Classifier, VectorKind? Vectors, string Patches, int? K, double? Temperature, int Better, int Worse, double PValue,
    BaselineOutcome Outcome);

/// <summary>What a test of two scores says.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<BaselineOutcome>))]
public enum BaselineOutcome { Better, NoDifference, Worse }

/// <summary>A sentence on what the headline is worth.</summary>
public sealed record EvaluationFinding(FindingKind Kind, string Text);

/// <summary>What a finding is about. Better speaks for the model, all others are to be minded.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>The model was trained on test images.</summary>
    TrainedOnTest,

    /// <summary>There are too few test images to tell much.</summary>
    FewImages,

    /// <summary>No better than a baseline.</summary>
    NoBetter,

    /// <summary>Worse than a baseline.</summary>
    Worse,

    /// <summary>Better than a baseline.</summary>
    Better,
}

/// <summary>Accuracy under one setting.</summary>
/// <param name="Classifier">knn or linear.</param>
/// <param name="Patches"><c>grid:n</c>, <c>random:n</c> or <c>whole</c>.</param>
/// <param name="Accuracy">0 to 1; of a linear probe the mean over its seeds.</param>
/// <param name="Deviation">Standard deviation over the seeds; null for kNN.</param>
/// <param name="K">Neighbours that vote; the bank's size where it is smaller than the usual k.</param>
/// <param name="Temperature">A vote weighs exp(cosine / temperature).</param>
/// <param name="LearningRate">Of a linear probe: the one chosen on images held out of the training ones.</param>
/// <param name="Low">Lower end of the accuracy's 95 % interval over the test images (Wilson).</param>
/// <param name="High">Upper end.</param>
public sealed record EvaluationScore(
    string Classifier, VectorKind? Vectors, string Patches, double Accuracy, double? Deviation = null, int? K = null, double? Temperature = null,
    double? LearningRate = null, double? Low = null, double? High = null);

/// <summary>The same protocol on vectors that needed no training.</summary>
/// <param name="Name">raw pixels or untrained encoder.</param>
/// <param name="Vectors">Null for raw pixels.</param>
/// <inheritdoc cref="EvaluationScore"/>
public sealed record EvaluationBaseline(
    string Name, string Classifier, VectorKind? Vectors, string Patches, double Accuracy, double? Deviation = null, int? K = null,
    double? Temperature = null, double? LearningRate = null, double? Low = null, double? High = null);

/// <summary>How close the bag of an image's patches comes to the vector of the whole image.</summary>
/// <param name="MeanCosine">Mean over the test images, -1 to 1.</param>
/// <param name="Deviation">Standard deviation over the test images.</param>
public sealed record BagAgreement(VectorKind Vectors, string Patches, double MeanCosine, double Deviation);

/// <summary>A setting of weighted kNN.</summary>
/// <param name="K">Neighbours that vote, 1 to 1,000, at most as many as there are training images.</param>
/// <param name="Temperature">0.001 to 10.</param>
public sealed record KnnSetting(int K, double Temperature);

/// <summary>What a sweep goes through.</summary>
/// <param name="Vectors">Absent: every space the model has.</param>
/// <param name="Patches">Up to 12 of <c>grid:n</c> or <c>random:n</c>; absent: 1, 4, 16, 49 and 256 patches. The whole image is measured besides.</param>
public sealed record EvaluationSweep(IReadOnlyList<VectorKind>? Vectors = null, IReadOnlyList<string>? Patches = null);

/// <summary>Which labelled images are trained on and which are guessed.</summary>
/// <param name="Train">Name of a split of the dataset. Absent: <c>train</c> where there is one, otherwise all that is not guessed.</param>
/// <param name="Test">Name of another split. Absent: <c>test</c> where there is one, otherwise a seeded, class-balanced fifth is held out.</param>
/// <param name="Classes">Only these, at least two; absent: all.</param>
/// <param name="MaxTrainImages">0 for all; otherwise a seeded, class-balanced subset of at most this size.</param>
/// <param name="MaxTestImages">Likewise of the images guessed.</param>
public sealed record EvaluationSplit(
    string? Train = null, string? Test = null, IReadOnlyList<string>? Classes = null, int MaxTrainImages = 0, int MaxTestImages = 0);

/// <param name="Model">Id of a model, or of a run for its newest checkpoint.</param>
/// <param name="Vectors">Of knn and linear: the space.</param>
/// <param name="Patches">Of knn and linear: <c>grid:n</c> with n a square number from 1 to 256, <c>whole</c>, or <c>random:n</c> with n from 1 to 256.</param>
/// <param name="Seed">Seeds the untrained encoder, the probe's first weights, and any subset.</param>
/// <param name="Protocol">
/// randomAugmented is the one of EMP-SSL's published numbers and goes with <c>random:n</c>; absent: what the patches say.
/// </param>
/// <param name="Sweep">Of a sweep: its spaces and patches.</param>
/// <param name="Neighbours">1 to 8 settings of kNN; absent: (200, .1) and (20, .07), k no larger than there are training images.</param>
/// <param name="Split">Absent: the dataset's own split, every class, every image.</param>
/// <param name="Baselines">Measure raw pixels and the untrained encoder beside the model.</param>
public sealed record CreateEvaluation(
    string Model, string DatasetId, EvaluationKind Kind = EvaluationKind.Knn, VectorKind Vectors = VectorKind.Embedding,
    string Patches = "grid:16", long Seed = 0, PatchProtocol? Protocol = null, EvaluationSweep? Sweep = null,
    IReadOnlyList<KnnSetting>? Neighbours = null, EvaluationSplit? Split = null, bool Baselines = true);
