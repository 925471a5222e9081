using PatchSsl.Client.Contracts;
using Asked = PatchSsl.Core.Evaluation;

namespace PatchSsl.Api.Evaluations;

/// <summary>A request's words as Core has them.</summary>
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
}
