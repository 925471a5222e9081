using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Evaluations;

/// <summary>Which of an evaluation's scores stands for it in lists and comparisons.</summary>
public static class Headlines
{
    /// <summary>A sweep's: the embedding, or else its first space; the largest bag, or else the whole image.</summary>
    public static (VectorKind Vectors, string Patches) Setting(EvaluationSweep sweep)
    {
        var vectors = sweep.Vectors!.Contains(VectorKind.Embedding) ? VectorKind.Embedding : sweep.Vectors![0];
        return (vectors, sweep.Patches!.LastOrDefault(p => p != "whole") ?? "whole");
    }

    /// <summary>The first kNN setting of a knn evaluation; of others the linear probe in the headline's setting. Null where it was not measured.</summary>
    public static EvaluationScore? Score(EvaluationKind kind, VectorKind vectors, string patches, IReadOnlyList<EvaluationScore> scores) =>
        scores.FirstOrDefault(s =>
            s.Classifier == (kind == EvaluationKind.Knn ? "knn" : "linear") && s.Vectors == vectors && s.Patches == patches);
}
