namespace PatchSsl.Core.Evaluation;

/// <summary>A score and, image by image, the answers behind it.</summary>
/// <param name="Right">For each test image how many of the classifiers are right.</param>
/// <param name="Classifiers">1 for kNN, of a linear probe its seeds.</param>
internal sealed record Answers(EvaluationScore Score, byte[] Right, int Classifiers = 1)
{
    /// <summary>True where the other was measured in the same way; raw pixels have neither space nor patches.</summary>
    public bool IsLike(EvaluationScore other) =>
        (Score.Classifier, Score.K, Score.Temperature) == (other.Classifier, other.K, other.Temperature)
        && (other.Vectors is null || (Score.Vectors, Score.Patches) == (other.Vectors, other.Patches));

    /// <summary>The test images on which this or the other does better.</summary>
    public (int Better, int Worse) Against(Answers other)
    {
        var (better, worse) = (0, 0);
        for (var i = 0; i < Right.Length; i++)
        {
            var sign = (Right[i] * other.Classifiers) - (other.Right[i] * Classifiers);
            if (sign > 0) better++;
            if (sign < 0) worse++;
        }
        return (better, worse);
    }
}
