using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using Asked = PatchSsl.Core.Evaluation;

namespace PatchSsl.Api.Evaluations;

/// <summary>A request's words as Core has them, and a result's as the API has them.</summary>
internal static class CoreTerms
{
    public static Asked.EvaluationKind ToCore(this EvaluationKind kind) => kind switch
    {
        EvaluationKind.Linear => Asked.EvaluationKind.Linear,
        EvaluationKind.Sweep => Asked.EvaluationKind.Sweep,
        _ => Asked.EvaluationKind.Knn,
    };

    public static Asked.PatchProtocol ToCore(this PatchProtocol protocol) =>
        protocol == PatchProtocol.RandomAugmented ? Asked.PatchProtocol.RandomAugmented : Asked.PatchProtocol.Grid;

    /// <summary>Absent: the dataset's own split.</summary>
    public static Asked.SplitChoice ToCore(this EvaluationSplit? split) =>
        split is null ? new() : new(split.Train, split.Test, split.Classes, split.MaxTrainImages, split.MaxTestImages);

    /// <summary>Absent: the published settings.</summary>
    public static IReadOnlyList<Asked.KnnSetting>? ToCore(this IReadOnlyList<KnnSetting>? settings) =>
        settings?.Select(s => new Asked.KnnSetting(s.K, s.Temperature)).ToList();

    /// <summary>Each test with the setting of the score that it is of.</summary>
    public static EvaluationReading ToContract(this Asked.EvaluationReading reading, IReadOnlyList<Asked.EvaluationScore> scores) => new(
        reading.Classes, reading.LargestClass, reading.LargestClassShare, reading.TrainedOnTest, [.. reading.Tests.Select(t => Of(t, scores[t.Score]))]);

    private static BaselineTest Of(Asked.BaselineTest t, Asked.EvaluationScore s) => new(
        t.Baseline, s.Classifier, s.Vectors?.ToContract(), s.Patches, s.K, s.Temperature, t.Better, t.Worse, t.PValue,
        t.PValue >= Asked.SignTest.Level ? BaselineOutcome.NoDifference : t.Better > t.Worse ? BaselineOutcome.Better : BaselineOutcome.Worse);
}
